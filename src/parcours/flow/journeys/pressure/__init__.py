"""Pressure on people: quiet hours, caps, consent, suppression (journeys.md, section 19).

Pure and vectorised: everything is asked for arrays of runs at once, and reserved at the moment of the decision.
"""
