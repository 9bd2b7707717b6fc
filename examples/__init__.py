"""The examples: data sets that nobody here wrote, with definitions of segments and journeys for them. Run demo.py."""
