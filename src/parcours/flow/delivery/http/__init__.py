"""The way to the outside: allowed hosts, secrets, requests, signatures, authentication."""
