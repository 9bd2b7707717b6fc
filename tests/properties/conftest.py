"""Profiles of hypothesis: ``HYPOTHESIS_PROFILE=explore`` looks for failures without shrinking them."""

from __future__ import annotations

import os

from hypothesis import Phase, settings

settings.register_profile("explore", phases=[Phase.generate], print_blob=False)
if "HYPOTHESIS_PROFILE" in os.environ:
    settings.load_profile(os.environ["HYPOTHESIS_PROFILE"])
