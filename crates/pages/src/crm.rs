//! The demo's customer system: a page that its receiver of deliveries shows, at an address of its own. It knows of a
//! lead what a delivery said, and nothing else.

use maud::{DOCTYPE, html};

use crate::assets::ASSETS;
use crate::parts::{Cell, Column, head, table};
use crate::text::count;

/// What came to it.
#[derive(Clone, Debug)]
pub struct CrmView {
    /// The leads that it has, the newest first.
    pub leads: Vec<CrmLead>,
    /// Leads that it has and that are not shown.
    pub more: u64,
    /// Deliveries, each counted once however often it came.
    pub deliveries: u64,
    /// Those that came more than once.
    pub repeated: u64,
    /// Tries that it refused, so that they had to come again.
    pub refused: u64,
}

/// A lead, as its last delivery said.
#[derive(Clone, Debug)]
pub struct CrmLead {
    /// The handoff, by its id.
    pub handoff: String,
    /// Who it is, by name.
    pub who: String,
    /// What they are called at work.
    pub title: String,
    /// Whose it is, by the id of the member or of the queue.
    pub owner: String,
    /// What the delivery tells of.
    pub state: String,
    /// The route by which it came to its owner.
    pub route: String,
    /// Why now, in the first sentence that the brief has for it.
    pub why: String,
}

/// The page.
pub fn page(view: &CrmView) -> String {
    let columns = [
        Column::words("Lead"),
        Column::words("Owner"),
        Column::words("Why now"),
        Column::words("Came as"),
        Column::words("Route"),
        Column::words("Id"),
    ];
    let row = |lead: &CrmLead| {
        vec![
            Cell::text(if lead.who.is_empty() { "no name" } else { &lead.who }).with(&*lead.title),
            Cell::text(&lead.owner),
            Cell::text(&lead.why),
            Cell::text(&lead.state),
            Cell::text(&lead.route),
            Cell::of(html! { span.id id=(lead.handoff) { (lead.handoff) } }),
        ]
    };
    let rows: Vec<Vec<Cell>> = view.leads.iter().map(row).collect();
    let says = format!(
        "{} came by webhook, each counted once however often it was sent. {} sent again after a failure, and {} \
         refused at first: a customer system has bad days, too.",
        count(view.deliveries, "delivery", "deliveries"),
        count(view.repeated, "was", "were"),
        count(view.refused, "try was", "tries were"),
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "The demo's CRM" }
                link rel="stylesheet" href=(ASSETS.style.path);
            }
            body.alone {
                main.wide {
                    (head("The demo\u{2019}s CRM", &says, &html! {}))
                    section.card {
                        @if rows.is_empty() {
                            p { "No lead has come yet. One comes as soon as it is offered to somebody." }
                        } @else {
                            (table("Leads that came, the newest first", &columns, &rows))
                            @if view.more > 0 { p { "and " (count(view.more, "older one", "older ones")) } }
                        }
                    }
                }
            }
        }
    };
    page.into_string()
}
