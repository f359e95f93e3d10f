"""Web Push: which of my browsers are told of messages while Stet is closed."""

from typing import Annotated, Any, Self

from flask import Blueprint, current_app, request
from pydantic import Field, model_validator

from chat.actions.push_subscription import plan_test_push, save_push_subscription, switch_push_off
from chat.config import Settings
from chat.errors import N_, InvalidError, NotAllowedError, PushServiceRefusedError
from chat.extensions import db
from chat.outgoing.client import ForbiddenAddressError, OutgoingError
from chat.outgoing.push import check_keys, public_key
from chat.outgoing.push_services import is_accepted, parse_hosts
from chat.queries.push import (
    PushSubscriptionPayload,
    push_of_session,
    push_subscription_for,
    push_subscription_payload,
    push_subscriptions,
)
from chat.routes.bodies import Body, read_body
from chat.routes.identity import confirm_caller, current_user
from chat.routes.page_words import device_name
from chat.routes.throttling import limit
from chat.routes.writing import Answer, writes
from chat.unit_of_work import unit_of_work

bp = Blueprint("push", __name__, url_prefix="/api/push")

NO_ADDRESS = N_("Stet does not connect there: it is not a public web address.")
TESTS = limit("push_test", "10 per 5 minutes")

Key = Annotated[str, Field(min_length=1, max_length=200)]


class KeysBody(Body):
    """The browser's keys, in Base64 for addresses."""

    p256dh: Key
    auth: Key

    @model_validator(mode="after")
    def _are_keys(self) -> Self:
        check_keys(self.p256dh, self.auth)
        return self


class SubscriptionBody(Body):
    """What `PushSubscription.toJSON()` has in a browser."""

    endpoint: Annotated[str, Field(min_length=1, max_length=2_000)]
    keys: KeysBody


@bp.get("")
def index() -> dict[str, Any]:
    """Return what browsers subscribe with, and which of mine did."""
    caller = current_user()
    own = push_of_session(caller.session_id)
    return {
        "public_key": public_key(current_app.config["SECRET_KEY"]),
        "is_wanted": own.is_wanted,
        "endpoint": own.endpoint,
        "subscriptions": [_named(each) for each in push_subscriptions(caller)],
    }


@bp.post("/subscriptions")
def create() -> tuple[dict[str, Any], int]:
    """Subscribe the browser that asks; again, it stays one."""
    session_id = current_user().session_id
    if session_id is None:
        raise NotAllowedError
    body = read_body(SubscriptionBody)
    _check_endpoint(body.endpoint)
    with unit_of_work():
        confirm_caller()
        caller = current_user()
        made = save_push_subscription(
            user_id=caller.id,
            session_id=session_id,
            endpoint=body.endpoint,
            p256dh=body.keys.p256dh,
            auth=body.keys.auth,
            user_agent=request.user_agent.string,
        )
        return {"subscription": _named(push_subscription_payload(made, caller))}, 201


@bp.delete("/subscriptions/<int:subscription_id>")
@writes
def destroy(subscription_id: int) -> Answer:
    """Tell that browser nothing any more."""
    switch_push_off(push_subscription_for(current_user(), subscription_id))
    return {}, 200


@bp.post("/subscriptions/<int:subscription_id>/test")
@writes
def test(subscription_id: int) -> Answer:
    """Send that browser a push that says that it is a test."""
    caller = current_user()
    subscription = push_subscription_for(caller, subscription_id)
    TESTS.hit(str(caller.id))
    plan_test_push(subscription)
    return {"subscription": _named(push_subscription_payload(subscription, caller))}, 202


def _named(subscription: PushSubscriptionPayload) -> dict[str, Any]:
    return {**subscription, "device": device_name(subscription["user_agent"])}


def _check_endpoint(url: str) -> None:
    settings: Settings = current_app.config["SETTINGS"]
    if not url.startswith(("https://", "http://")):
        raise InvalidError(endpoint=NO_ADDRESS)
    if not is_accepted(url, parse_hosts(settings.push_services)):
        raise PushServiceRefusedError
    # Nothing of the database is held while a name is looked up.
    db.session.remove()
    try:
        if not url.startswith("https://") and not settings.allowed_networks:
            raise ForbiddenAddressError
        current_app.extensions["outgoing"].check(url)
    except ForbiddenAddressError as error:
        raise InvalidError(endpoint=NO_ADDRESS) from error
    except OutgoingError as error:
        raise InvalidError(endpoint=N_("This address cannot be found.")) from error
