"""The only room that touches Reflex's inside: configuration and build, edge, gate, live delivery, the shell state.

tool_chain   front-end tool chain from wheels; environment of build and server; build when the sources changed
config       rx.Config from the settings
build        build plugin: origins, Content-Security-Policy hashes, service worker, catalogues
edge         ASGI wrapper in front of everything: headers, limits, origins, cookie -> session row
sessions     who is behind a cookie or a row id (identity is plugged in by app.py)
gate         middleware for events and guard for HTTP routes, against the policy table
live         delivers changes to open screens
shell        the State every page shares, and the frame's own components
"""
