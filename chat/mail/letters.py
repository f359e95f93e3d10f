"""The letters that Stet writes, in the language of the request or of `force_locale`."""

from collections.abc import Sequence

from flask_babel import gettext, ngettext

from chat.mail.letter import Excerpt, Letter


def digest_letter(
    excerpts: Sequence[Excerpt], *, count: int, workspace: str, home_url: str, unsubscribe_url: str
) -> Letter:
    """Tell somebody of what they missed; `count` may be more than is shown."""
    subject = ngettext("{n} message for you in {workspace}", "{n} messages for you in {workspace}", count)
    more = count - len(excerpts)
    more_text = ngettext("And {n} more message.", "And {n} more messages.", more).format(n=more) if more else ""
    return Letter(
        subject=subject.format(n=count, workspace=workspace),
        paragraphs=[gettext("While you were away, somebody wrote to you or mentioned you.")],
        excerpts=excerpts,
        button=(gettext("Open {workspace}").format(workspace=workspace), home_url),
        closing=[
            *filter(None, [more_text]),
            gettext("You get this because you have not read these messages for a while."),
        ],
        unsubscribe=(gettext("Do not mail me about what I missed"), unsubscribe_url),
    )


def invite_letter(*, inviter: str, workspace: str, url: str) -> Letter:
    """Invite somebody."""
    return Letter(
        subject=gettext("{name} invites you to {workspace}").format(name=inviter, workspace=workspace),
        paragraphs=[
            gettext("{name} invites you to {workspace}, where the team talks.").format(
                name=inviter, workspace=workspace
            ),
            gettext("The link is for you alone and works once."),
        ],
        button=(gettext("Join {workspace}").format(workspace=workspace), url),
        closing=[gettext("If you do not know what this is about, you can ignore this mail.")],
    )


def reset_letter(*, name: str, workspace: str, url: str, hours: int) -> Letter:
    """Hand somebody the link that sets a new password."""
    lasts = ngettext(
        "The link works once, within {n} hour. All your devices are signed out then.",
        "The link works once, within {n} hours. All your devices are signed out then.",
        hours,
    )
    return Letter(
        subject=gettext("Choose a new password for {workspace}").format(workspace=workspace),
        paragraphs=[
            gettext("Hello {name}, somebody asked for a new password for your account.").format(name=name),
            lasts.format(n=hours),
        ],
        button=(gettext("Choose a new password"), url),
        closing=[gettext("If it was not you, you can ignore this mail: your password stays as it is.")],
    )


def test_letter(*, workspace: str, home_url: str) -> Letter:
    """Show that mail arrives."""
    return Letter(
        subject=gettext("Mail from {workspace} works").format(workspace=workspace),
        paragraphs=[gettext("This is the test that you asked for. Nothing else is to be done.")],
        button=(gettext("Open {workspace}").format(workspace=workspace), home_url),
    )
