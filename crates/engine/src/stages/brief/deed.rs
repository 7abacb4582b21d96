//! What somebody did, in the words of a sentence about them: `asked for a quote`, `viewed the page
//! “Pricing”`.

use domain::Value;

use super::{topic, words};
use crate::state::Touchpoint;

/// Kinds of signals as people say them: without and with what the signal was about. Another kind is told
/// by its own name.
const KINDS: &[(&str, &str, &str)] = &[
    ("page.viewed", "viewed a page", "viewed the page"),
    ("form.submitted", "sent a form", "sent the form"),
    ("asset.downloaded", "downloaded an asset", "downloaded"),
    ("email.delivered", "got a mail", "got the mail"),
    ("email.opened", "opened a mail", "opened the mail"),
    ("email.clicked", "clicked a link in a mail", "clicked a link in the mail"),
    ("email.replied", "replied to a mail", "replied to the mail"),
    ("email.bounced", "could not be reached by mail", "could not be reached by the mail"),
    ("email.unsubscribed", "unsubscribed from mails", "unsubscribed from"),
    ("ad.clicked", "clicked an advertisement", "clicked the advertisement"),
    ("webinar.registered", "registered for a webinar", "registered for the webinar"),
    ("webinar.attended", "attended a webinar", "attended the webinar"),
    ("event.registered", "registered for an event", "registered for the event"),
    ("event.attended", "attended an event", "attended the event"),
    ("meeting.booked", "booked a meeting", "booked the meeting"),
    ("meeting.held", "had a meeting with us", "had the meeting"),
    ("call.held", "had a call with us", "had a call with us about"),
    ("chat.started", "started a chat", "started a chat about"),
    ("demo.requested", "asked for a demonstration", "asked for a demonstration of"),
    ("quote.requested", "asked for a quote", "asked for a quote for"),
    ("trial.started", "started a trial", "started a trial of"),
    ("newsletter.joined", "joined the newsletter", "joined the newsletter"),
    ("person.identified", "said who they are", "said who they are in"),
    ("contact.created", "was entered as a contact", "was entered as the contact"),
    ("lead.created", "was entered as a lead", "was entered as a lead for"),
];

/// What somebody did, in words: `sent the form “Quote”`.
pub fn in_words(touch: &Touchpoint) -> String {
    let mut text = String::new();
    tell(&mut text, touch);
    text
}

/// Appends what a signal says that somebody did; false where its kind has no words, and it is told by its
/// name: `Invoice paid: “F-12”`.
pub(crate) fn tell(text: &mut String, touch: &Touchpoint) -> bool {
    let known = KINDS.iter().find(|(kind, _, _)| *kind == &*touch.kind);
    let of_form = touch.kind.strip_prefix("form.").filter(|_| known.is_none());
    let (alone, of) = match (known, of_form) {
        (Some((_, alone, of)), _) => (*alone, *of),
        (None, Some(_)) => ("sent a form", "sent the form"),
        (None, None) => {
            words::push_label(text, &touch.kind);
            if let Some(about) = detail(touch) {
                text.push_str(": ");
                quote(text, about);
            }
            return false;
        }
    };
    match (detail(touch), of_form) {
        (Some(about), _) => {
            text.push_str(of);
            text.push(' ');
            quote(text, about);
        }
        (None, Some(form)) => {
            text.push_str(of);
            text.push(' ');
            words::quote_text(text, form);
        }
        (None, None) => text.push_str(alone),
    }
    true
}

/// The part of a signal that says best what it was about.
pub(super) fn detail(touch: &Touchpoint) -> Option<(&str, &Value)> {
    let details = touch.fields.iter().filter_map(|(name, value)| {
        let place = topic::order_of_detail(name)?;
        Some((place, (name.as_str(), value)))
    });
    details.min_by_key(|(place, _)| *place).map(|(_, detail)| detail)
}

/// Appends what a signal was about.
pub(super) fn quote(text: &mut String, (name, value): (&str, &Value)) {
    match (name, value) {
        // What follows a path is for machines, and may name somebody.
        ("path" | "page" | "url", Value::Text(path)) => {
            let end = path.find(['?', '#']).unwrap_or(path.len());
            words::quote_text(text, &path[..end]);
        }
        _ => words::quote(text, value),
    }
}

/// Whether two signals say the same: the same kind, about the same.
pub(crate) fn is_same(one: &Touchpoint, other: &Touchpoint) -> bool {
    one.kind == other.kind && detail(one) == detail(other)
}
