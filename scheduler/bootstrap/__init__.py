"""Puts the rooms together for one process. The only such place beside the CLI.

`settings` says how this installation is set up, `process` what every process has. A process imports beside them what
only some have: `days` brings tables of travel, `planning` the engine, `serving` the web, `geocoding` geopy.
"""
