"""What happened in journeys, from the log (journeys.md, section 18).

``runs`` counts people and runs, ``activities`` what happened at each activity, ``drops`` who was not let in, ``goals``
who did what the journey is for, and ``lift`` says how much of that is the journey's doing.
"""
