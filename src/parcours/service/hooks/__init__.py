"""Web hooks: other services are told of entries and exits, signed by the Standard Webhooks specification.

``hooks`` is what people do with them (``by_hand``: what they send), ``kept`` how the catalogue holds them, ``messages``
what is told, ``posting`` one attempt, ``sending`` the sender that runs beside the ticks.
"""
