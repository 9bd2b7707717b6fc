"""What the workspace shows over HTTP. So far one plain page and the same as JSON; reading only."""
