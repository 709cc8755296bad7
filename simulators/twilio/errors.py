"""The errors of Twilio's API that the simulator knows, as its error dictionary lists them.

https://www.twilio.com/docs/api/errors. The wording is the simulator's own: code and status are what
an application may rely on.
"""

_STATUS_AND_MESSAGE = {
    20003: (401, "The account SID or the auth token is wrong"),
    20009: (409, "This message is not finished yet: it can neither be changed nor deleted"),
    20404: (404, "There is no such resource: {what}"),
    20429: (429, "Too many requests at once"),
    20500: (500, "The provider failed on its side"),
    21211: (400, "'To' is not a phone number: {what}"),
    21602: (400, "A message needs a body, media or a content template"),
    21603: (400, "'From' or 'MessagingServiceSid' is missing"),
    21604: (400, "'To' is missing"),
    21606: (400, "'From' is not a number of this account: {what}"),
    21609: (400, "'StatusCallback' is not a URL: {what}"),
    21610: (400, "The recipient has opted out of this sender: {what}"),
    21614: (400, "'To' is not a mobile number: {what}"),
    21617: (400, "The body is longer than 1600 characters"),
    21620: (400, "'MediaUrl' is not the address of a file: {what}"),
    21703: (400, "The messaging service has no sender: {what}"),
    21910: (400, "'From' and 'To' are on different channels: {what}"),
    30409: (400, "Only a scheduled message can be canceled"),
    35118: (400, "A scheduled message needs a messaging service"),
}

MESSAGES = {
    30001: "The queue is full",
    30003: "The handset is off or out of reach",
    30004: "The message was blocked",
    30005: "The handset is not known",
    30006: "The number is a landline or its carrier cannot be reached",
    30007: "The carrier filtered the message",
    30008: "The carrier did not say why",
    30017: "The carrier's network is congested",
    63003: "The recipient is not on this channel",
    63016: "A free-form message outside the allowed window: use a template",
    63024: "The recipient is not valid on this channel",
}


class TwilioError(Exception):
    """An answer of the API other than success; `code` is one of Twilio's."""

    def __init__(self, code: int, what: str = "") -> None:
        self.code = code
        self.status, message = _STATUS_AND_MESSAGE[code]
        self.message = message.format(what=what)
        super().__init__(f"{code}: {self.message}")

    def as_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
