"""What the opened widget says, by name, as a script of one language. `{name}` in a text is put in by the widget."""

import json
from collections.abc import Mapping

from core import languages
from core.languages import Text

# What the launcher must say before anything else is asked for.
LAUNCHER: Mapping[str, Text] = {
    "open": Text("Open chat"),
    "unread": Text("{count} unread"),
    "failed": Text("The chat cannot be reached just now."),
}

PANEL: Mapping[str, Text] = {
    # The frame
    "close": Text("Close chat"),
    "back": Text("Back"),
    "menu": Text("More"),
    "offline": Text("No connection. What you write is kept and sent as soon as it is back."),
    "wrong": Text("That did not work. Please try again in a moment."),
    "retry": Text("Try again"),
    # Home
    "greeting": Text("How can we help?"),
    "open_now": Text("We are here and usually answer within {time}."),
    "away": Text("We are away now. A person answers by {time}."),
    "away_open_end": Text("We are away now. Leave a message and we answer by e-mail."),
    "search": Text("Search for answers"),
    "results": Text("Answers: {count}"),
    "no_results": Text("Nothing found. Ask us instead."),
    "new": Text("Send us a message"),
    "find_order": Text("Find my order"),
    "my_orders": Text("My orders"),
    "ended": Text("Ended"),
    "you": Text("You"),
    # Conversation
    "log": Text("Messages"),
    "message": Text("Your message"),
    "send": Text("Send"),
    "attach": Text("Attach a file"),
    "remove": Text("Remove {name}"),
    "sending": Text("Sending …"),
    "not_sent": Text("Not sent."),
    "sent": Text("Sent"),
    "read": Text("Read"),
    "new_messages": Text("New messages"),
    "automatic": Text("Automatic"),
    "assistant": Text("Assistant"),
    "person": Text("Talk to a person"),
    "handed_over": Text("A person will answer here."),
    "typing": Text("{name} is typing"),
    "resolved": Text("This conversation has ended. Write again to go on."),
    "source": Text("From: {title}"),
    "older": Text("Show earlier messages"),
    # Forms
    "leave": Text("Leave a message"),
    "leave_why": Text("Where may the answer go?"),
    "name": Text("Name"),
    "email": Text("E-mail"),
    "order_number": Text("Order number"),
    "optional": Text("optional"),
    "start": Text("Start"),
    "needed": Text("Please fill this in."),
    "needed_email": Text("Please enter an e-mail address such as name@example.com."),
    "rate": Text("How was the help?"),
    "score": Text("{score} of 5"),
    "comment": Text("Anything to add?"),
    "rated": Text("Thank you. You gave {score} of 5."),
    "transcript": Text("Mail me a copy"),
    "transcript_sent": Text("The copy is on its way to {email}."),
    "end": Text("End conversation"),
    "end_sure": Text("End this conversation? You can write again at any time."),
    "erase": Text("Erase everything"),
    "erase_sure": Text("Erase this browser's chat? What you wrote as a guest is deleted for good."),
    "cancel": Text("Cancel"),
    # Orders
    "find_why": Text("We send a code to the e-mail address on the order."),
    "send_code": Text("Send code"),
    "code_sent": Text("If number and address belong together, a code is on its way. It may take a minute."),
    "code": Text("Code"),
    "other_order": Text("Look for another order"),
    "order": Text("Order {number}"),
    "no_orders": Text("There are no orders to show."),
    "ask_order": Text("Ask about this order"),
    "about_order": Text("It is about order {number}."),
    # Articles
    "helped": Text("Did this help?"),
    "yes": Text("Yes"),
    "no": Text("No"),
    "thanks": Text("Thank you."),
}


def words(texts: Mapping[str, Text], language: str) -> dict[str, str]:
    """Those texts in that language, by name."""
    with languages.speaking(language):
        return {name: str(text) for name, text in texts.items()}


def script(language: str) -> str:
    """The panel's texts as a module."""
    return (
        f"export default {json.dumps(words(PANEL, language), ensure_ascii=False, separators=(',', ':'))};\n"
    )
