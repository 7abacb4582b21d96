//! An account: what is known, from where, since when; what happened; who is there.

use maud::{Markup, html};

use crate::parts::{Tone, chip, empty, head};
use crate::text::{Href, When};

/// An account as one reader sees it.
#[derive(Clone, Debug)]
pub struct AccountView {
    /// What it is called.
    pub name: String,
    /// Where it is, what it does, and who has its leads.
    pub says: Vec<String>,
    /// Its id, last and small.
    pub id: String,
    /// As of when; none where it is as it stands.
    pub as_of: Option<When>,
    /// Its own address, to look back from.
    pub here: Href,
    /// The last day that can be asked for, as `2026-11-20`.
    pub today: String,
    /// Who is there.
    pub people: Vec<PersonView>,
    /// People who are not listed.
    pub more_people: u64,
    /// What is known of it.
    pub fields: Vec<FieldView>,
    /// What its people agreed to.
    pub consents: Vec<ConsentView>,
    /// The handoffs that are open.
    pub handoffs: Vec<OpenView>,
    /// What marketing does with them.
    pub campaigns: Vec<CampaignView>,
    /// What happened, newest first.
    pub timeline: Vec<EventView>,
    /// How many touchpoints there are.
    pub touches: u64,
    /// Where the timeline goes on.
    pub older: Option<Href>,
}

/// Somebody at the account.
#[derive(Clone, Debug)]
pub struct PersonView {
    /// What they are called.
    pub name: String,
    /// What they do, and how they are reached.
    pub says: String,
    /// What they score.
    pub score: String,
    /// How many touchpoints are theirs.
    pub touches: u64,
}

/// Something that is known.
#[derive(Clone, Debug)]
pub struct FieldView {
    /// What it is called.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Where it comes from.
    pub source: String,
    /// Since when.
    pub when: When,
    /// Whether it was repaired on the way.
    pub repaired: bool,
}

/// What somebody agreed to, or refused.
#[derive(Clone, Debug)]
pub struct ConsentView {
    /// To what, and who.
    pub name: String,
    /// Whether they agreed.
    pub given: bool,
    /// Since when.
    pub when: When,
}

/// A handoff that is open.
#[derive(Clone, Debug)]
pub struct OpenView {
    /// Its page.
    pub href: Href,
    /// Whose lead.
    pub name: String,
    /// Where it is and who has it.
    pub says: String,
}

/// A campaign or an asset that reached it.
#[derive(Clone, Debug)]
pub struct CampaignView {
    /// Its name.
    pub name: String,
    /// How many touches, of how many people.
    pub says: String,
    /// When the last was.
    pub when: When,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct EventView {
    /// When it happened.
    pub when: When,
    /// What, in a word or two.
    pub what: String,
    /// More of it.
    pub says: String,
    /// Where it comes from.
    pub source: String,
    /// What its dot says.
    pub tone: Tone,
}

/// The page.
pub fn page(view: &AccountView) -> Markup {
    html! {
        div.wide {
            (head(&view.name, &view.says.join(" · "), &beside(view)))
            div.main-and-side {
                div {
                    @if !view.handoffs.is_empty() { (open(view)) }
                    (timeline(view))
                }
                div {
                    (people(view))
                    (fields(view))
                    (consents(view))
                    (campaigns(view))
                    p.id { (view.id) }
                }
            }
        }
    }
}

fn beside(view: &AccountView) -> Markup {
    html! {
        @match &view.as_of {
            Some(when) => {
                span.chip.trial { "As known at " b { (when) } }
                a.button href=(view.here) { "Back to now" }
            }
            None => span.chip.trial { "As known " b { "now" } }
        }
        details.act.look-back name="act" {
            summary.button { "Look back…" }
            form action=(view.here) {
                label for="as-of" { "What was known at the end of" }
                input #as-of type="date" name="day" required max=(view.today);
                div.foot { button.primary type="submit" { "Look back" } }
            }
        }
    }
}

fn open(view: &AccountView) -> Markup {
    html! {
        section.card {
            h2 { "Open now" }
            ul.plain-rows {
                @for one in &view.handoffs {
                    li { a href=(one.href) { (one.name) } span { (one.says) } }
                }
            }
        }
    }
}

fn timeline(view: &AccountView) -> Markup {
    html! {
        section.timeline aria-label="What happened" {
            @if view.timeline.is_empty() {
                (empty("Nothing happened yet", "Signals of this account appear here.", None))
            }
            ol {
                @for event in &view.timeline {
                    li {
                        (event.when)
                        i class={ "dot " (event.tone.class()) } aria-hidden="true" {}
                        div {
                            strong { (event.what) }
                            @if !event.says.is_empty() { " " (event.says) }
                            @if !event.source.is_empty() { " " span.chip { (event.source) } }
                        }
                    }
                }
            }
            @if let Some(older) = &view.older {
                p { a href=(older) { "Older ones" } " of " (crate::text::thousands(view.touches)) }
            }
        }
    }
}

fn people(view: &AccountView) -> Markup {
    html! {
        section.card {
            h2 { "People" }
            @if view.people.is_empty() { p.quiet { "Nobody is known here yet." } }
            ul.people {
                @for person in &view.people {
                    li {
                        strong { (person.name) } b { (person.score) }
                        span {
                            @if !person.says.is_empty() { (person.says) " · " }
                            (crate::text::count(person.touches, "touch", "touches"))
                        }
                    }
                }
                @if view.more_people > 0 { li { span { "and " (view.more_people) " more" } } }
            }
        }
    }
}

fn fields(view: &AccountView) -> Markup {
    html! {
        section.card {
            h2 { "What is known, and from where" }
            dl.known {
                @for field in &view.fields {
                    dt { (field.name) }
                    dd { (field.value) }
                    dd.source {
                        span.chip { (field.source) @if field.repaired { ", repaired" } }
                        " " (field.when)
                    }
                }
            }
        }
    }
}

fn consents(view: &AccountView) -> Markup {
    html! {
        @if !view.consents.is_empty() {
            section.card {
                h2 { "Consent" }
                dl.consents {
                    @for consent in &view.consents {
                        dt { (consent.name) }
                        dd {
                            @if consent.given { (chip(Tone::Good, "given")) }
                            @else { (chip(Tone::Bad, "refused")) }
                            " " (consent.when)
                        }
                    }
                }
            }
        }
    }
}

fn campaigns(view: &AccountView) -> Markup {
    html! {
        @if !view.campaigns.is_empty() {
            section.card {
                h2 { "What reached them" }
                ul.people {
                    @for campaign in &view.campaigns {
                        li { strong { (campaign.name) } (campaign.when) span { (campaign.says) } }
                    }
                }
            }
        }
    }
}
