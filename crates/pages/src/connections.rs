//! Connections: what comes in and what goes out, whether each is healthy, and what went wrong, by cause.

use maud::{Markup, html};

use crate::parts::{Cell, Column, Tone, chip, csrf, empty, head, secondary, table};
use crate::text::{Href, When, thousands};

/// All connections.
#[derive(Clone, Debug)]
pub struct ConnectionsView {
    /// In a sentence: how many there are, and how many need a look.
    pub says: String,
    /// What belongs to each form of the reader.
    pub csrf: String,
    /// What comes in.
    pub sources: Vec<SourceView>,
    /// Since when signals are counted; none where all are.
    pub since: Option<When>,
    /// What goes out.
    pub destinations: Vec<DestinationView>,
    /// What readers say of claims, what is complained of most first.
    pub claims: Vec<ClaimView>,
    /// Whether that is counted still.
    pub counting: bool,
}

/// What readers say of claims of one kind, out of one source.
#[derive(Clone, Debug)]
pub struct ClaimView {
    /// What the claims say.
    pub says: String,
    /// The source whose words they tell.
    pub source: Option<String>,
    /// How often they are called right, wrong and stale, and something missing.
    pub said: [u64; 4],
    /// Handoffs that something is wrong with, the latest.
    pub handoffs: Vec<(String, Href)>,
}

/// Something that signals come from.
#[derive(Clone, Debug)]
pub struct SourceView {
    /// Its name.
    pub name: String,
    /// What it speaks.
    pub kind: String,
    /// How it is: a word, and what it means.
    pub health: (String, Tone),
    /// When its last signal came.
    pub last: Option<When>,
    /// Signals that were accepted.
    pub accepted: u64,
    /// Signals that were known.
    pub duplicates: u64,
    /// What is held, by cause: in words, how many, and the list.
    pub held: Vec<(String, u64, Href)>,
}

/// Something that deliveries go to.
#[derive(Clone, Debug)]
pub struct DestinationView {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// How it is.
    pub health: (String, Tone),
    /// When something arrived last.
    pub last: Option<When>,
    /// Deliveries that are open.
    pub open: u64,
    /// What went wrong last: in words, and when.
    pub error: Option<(String, When)>,
    /// Where a test message is sent from.
    pub test: Option<Href>,
}

/// The page.
pub fn page(view: &ConnectionsView) -> Markup {
    html! {
        div.wide {
            (head("Connections", &view.says, &html! {}))
            section.card {
                h2 {
                    "Sources" span {
                        " what comes in"
                        @if let Some(since) = &view.since { ", counted since " (since) }
                    }
                }
                @if view.sources.is_empty() {
                    (empty(
                        "Nothing comes in yet",
                        "A source is a section of baton.toml, or a key that may ingest. Its signals are counted here.",
                        Some("baton key create --name web --scope ingest --source web"),
                    ))
                } @else {
                    (sources(&view.sources))
                }
            }
            section.card {
                h2 { "Destinations" span { " what goes out" } }
                @if view.destinations.is_empty() {
                    (empty(
                        "Nothing goes out yet",
                        "A destination is a section of baton.toml: a webhook, a CRM, mail, Slack, or a file.",
                        Some("baton destinations"),
                    ))
                } @else {
                    (destinations(view))
                }
            }
            section.card {
                h2 {
                    "Claims" span {
                        " what readers say of briefs, and whose words that is"
                        @if view.counting { "; counted still" }
                    }
                }
                @if view.claims.is_empty() {
                    (empty(
                        "Nobody has said anything of a brief yet",
                        "Whoever works a lead says on its page which sentences are right, wrong or stale, and what is missing.",
                        Some("baton feedback HANDOFF wrong --claim N"),
                    ))
                } @else {
                    (claims(&view.claims))
                }
            }
        }
    }
}

fn sources(sources: &[SourceView]) -> Markup {
    const COLUMNS: [Column; 6] = [
        Column::words("Source"),
        Column::words("Health"),
        Column::words("Last signal"),
        Column::numbers("Accepted"),
        Column::numbers("Duplicates"),
        Column::words("Held, by cause"),
    ];
    let row = |source: &SourceView| {
        let (health, tone) = &source.health;
        vec![
            Cell::of(html! { strong { (source.name) } }).with(source.kind.clone()),
            Cell::of(chip(*tone, health)),
            Cell::of(
                html! { @match &source.last { Some(last) => (last), None => span.quiet { "none" } } },
            ),
            Cell::text(&thousands(source.accepted)),
            Cell::text(&thousands(source.duplicates)),
            Cell::of(html! {
                @if source.held.is_empty() { span.quiet { "nothing" } }
                ul { @for (says, count, href) in &source.held { li { a.door href=(href) { (thousands(*count)) } " " (says) } } }
            }),
        ]
    };
    let rows: Vec<Vec<Cell>> = sources.iter().map(row).collect();
    table("Sources and how each does", &COLUMNS, &rows)
}

fn destinations(view: &ConnectionsView) -> Markup {
    const COLUMNS: [Column; 6] = [
        Column::words("Destination"),
        Column::words("Health"),
        Column::words("Last success"),
        Column::numbers("Open"),
        Column::words("Last error"),
        Column::words("Test"),
    ];
    let row = |one: &DestinationView| {
        let (health, tone) = &one.health;
        vec![
            Cell::of(html! { strong { (one.name) } }).with(one.kind.clone()),
            Cell::of(chip(*tone, health)),
            Cell::of(
                html! { @match &one.last { Some(last) => (last), None => span.quiet { "none yet" } } },
            ),
            Cell::text(&thousands(one.open)),
            Cell::of(html! {
                @match &one.error {
                    Some((says, when)) => { (says) div.below { (when) } }
                    None => span.quiet { "none" },
                }
            }),
            Cell::of(html! {
                @if let Some(test) = &one.test {
                    form method="post" action=(test) {
                        (csrf(&view.csrf))
                        (secondary("Send a test message"))
                    }
                }
            }),
        ]
    };
    let rows: Vec<Vec<Cell>> = view.destinations.iter().map(row).collect();
    table("Destinations and how each does", &COLUMNS, &rows)
}

fn claims(claims: &[ClaimView]) -> Markup {
    const COLUMNS: [Column; 7] = [
        Column::words("What is said"),
        Column::words("Source"),
        Column::numbers("Right"),
        Column::numbers("Wrong"),
        Column::numbers("Stale"),
        Column::numbers("Missing"),
        Column::words("Latest complaints"),
    ];
    let row = |claim: &ClaimView| {
        let mut cells = vec![
            Cell::of(html! { strong { (claim.says) } }),
            Cell::of(html! {
                @match &claim.source {
                    Some(source) => (source),
                    None => span.quiet { "Baton itself" },
                }
            }),
        ];
        cells.extend(claim.said.iter().map(|count| Cell::text(&thousands(*count))));
        cells.push(Cell::of(html! {
            @for (id, href) in &claim.handoffs { a href=(href) { (id) } " " }
        }));
        cells
    };
    let rows: Vec<Vec<Cell>> = claims.iter().map(row).collect();
    table("What readers say of claims", &COLUMNS, &rows)
}
