//! Fields that many sources bring. The stored form has their numbers in place of their names.

use crate::text::Text;

/// The names; a name's place is its number. A name is never moved or removed: numbers are stored.
/// Those up to 23 take one byte.
pub const USUAL_FIELDS: [&str; 72] = [
    "path",
    "title",
    "source",
    "medium",
    "campaign",
    "form",
    "asset",
    "mailing",
    "consent.email",
    "person.first_name",
    "person.last_name",
    "person.title",
    "person.email",
    "person.phone",
    "account.name",
    "account.domain",
    "account.country",
    "account.industry",
    "account.employees",
    "account.stage",
    "account.open_opportunity",
    "account.owner",
    "person.country",
    "url",
    "account.opportunity_owner",
    "account.open_pipeline",
    "account.city",
    "account.founded",
    "account.postcode",
    "account.region",
    "account.revenue",
    "account.segment",
    "account.state",
    "account.tags",
    "account.tier",
    "person.city",
    "person.department",
    "person.free_mail",
    "person.language",
    "person.name",
    "person.persona",
    "person.region",
    "person.role",
    "person.seniority",
    "person.state",
    "person.tags",
    "consent.phone",
    "consent.sms",
    "referrer",
    "search",
    "term",
    "content",
    "page",
    "subject",
    "event",
    "name",
    "text",
    "note",
    "message",
    "comment",
    "webinar",
    "minutes",
    "seats",
    "plan",
    "topic",
    "amount",
    "currency",
    "changed",
    "handoff",
    "outcome",
    "right",
    "by",
];
/// What a name may begin with: whose field it is. Claims are stored without it, so none is added.
pub const OWNERS: [&str; 3] = ["person.", "account.", "consent."];

/// Names that rules read as what Baton knows itself: a field that a source calls so is not read by them.
pub const BUILT_IN: [&str; 9] = [
    "kind",
    "source",
    "person.free_mail",
    "person.disposable_mail",
    "person.verified",
    "account.worked_by",
    "account.worked_days",
    "account.open_handoffs",
    "account.last_owner",
];

/// How rules read a field whose name is built in, for whoever maps one; none for other names.
pub fn shadowed(name: &str) -> Option<String> {
    let (root, path) = name.split_once('.').unwrap_or(("lead", name));
    BUILT_IN.contains(&name).then(|| match root {
        "lead" => format!("rules read this field as `lead.field.{path}`"),
        _ => format!("no rule can read this field: call it otherwise, as in `{root}.own_{path}`"),
    })
}

/// The number of a name.
pub(crate) fn number_of(name: &str) -> Option<u8> {
    position(|usual| usual == name)
}

/// The name with a number.
pub(crate) fn numbered(number: u8) -> Option<Text> {
    USUAL_FIELDS.get(usize::from(number)).map(|name| Text::from_static(name))
}

/// The lowest number of a name that was told without whose field it is.
pub(crate) fn bare_number_of(name: &str) -> Option<u8> {
    position(|usual| bare(usual) == name)
}

/// The name with a number, without whose field it is.
pub(crate) fn bare_numbered(number: u8) -> Option<Text> {
    USUAL_FIELDS.get(usize::from(number)).map(|name| Text::from_static(bare(name)))
}

fn position(is_it: impl Fn(&str) -> bool) -> Option<u8> {
    USUAL_FIELDS.iter().position(|usual| is_it(usual)).map(|at| at as u8)
}

fn bare(name: &str) -> &str {
    OWNERS.iter().find_map(|owner| name.strip_prefix(owner)).unwrap_or(name)
}
