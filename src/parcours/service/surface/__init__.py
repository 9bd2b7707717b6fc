"""What Python, API, command line and remote clients offer alike: operations, read off the facades."""
