"""Travel between places: tables of seconds and metres, and the way from an address to a point.

`provider` is the port; `straight_line` and `given` answer it; a road engine will be one more file here.
`geocoding` is the port for addresses; `geopy_geocoder` is the one place where geopy speaks to a server.
"""
