"""The contracts as AsyncAPI 3: which channel carries what, in which direction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from consumers.contracts.envelope import VERSION
from consumers.contracts.incoming import INCOMING

EVENTS_TOPIC: Final = "rounds.events.in.v1"
SCHEDULE_TOPIC: Final = "rounds.schedule.v1"
DEAD_TOPIC: Final = "rounds.events.dlt.v1"
_KEY: Final = {"kafka": {"key": {"type": "string", "description": "The branch, so that order holds within it."}}}


def asyncapi(schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    coming = [wire_type for wire_type in schemas if wire_type in INCOMING]
    going = [wire_type for wire_type in schemas if wire_type not in INCOMING]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Rounds",
            "version": f"{VERSION.removeprefix('v')}.0.0",
            "description": "Events about home-health work come in, published schedules go out. CloudEvents 1.0, "
            "JSON. Delivery is at least once: drop an id you have seen, and a revision older than what you know.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {
            "events": _channel(EVENTS_TOPIC, "What happens in the world.", coming),
            "schedules": _channel(SCHEDULE_TOPIC, "What people are told.", going),
        },
        "operations": {
            "takeIn": _operation("receive", "events", coming),
            "publish": _operation("send", "schedules", going),
        },
        "components": {"messages": {wire_type: _message(wire_type, s) for wire_type, s in schemas.items()}},
    }


def _channel(address: str, summary: str, wire_types: Iterable[str]) -> dict[str, Any]:
    messages = {each: {"$ref": f"#/components/messages/{each}"} for each in wire_types}
    return {"address": address, "description": summary, "messages": messages}


def _operation(action: str, channel: str, wire_types: Iterable[str]) -> dict[str, Any]:
    of_channel = f"#/channels/{channel}"
    messages = [{"$ref": f"{of_channel}/messages/{each}"} for each in wire_types]
    return {"action": action, "channel": {"$ref": of_channel}, "messages": messages}


def _message(wire_type: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    message = {
        "name": wire_type,
        "title": schema["title"],
        "summary": schema["description"],
        "contentType": "application/cloudevents+json",
        "payload": {"$ref": f"./schemas/events/{wire_type}.json"},
        "bindings": _KEY,
    }
    examples = [{"payload": example} for example in schema.get("examples", ())]
    return message | ({"examples": examples} if examples else {})
