"""What tests and demos need: strategies, an SMTP server to look into, crash points."""
