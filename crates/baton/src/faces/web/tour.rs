//! `GET /tour`: the demo's first page. Anybody may see it; it says nothing of a person. `GET /tour/crm` leads to the
//! page of the demo's receiver, which stands at an address of its own.

mod stream;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use domain::Role;
use domain::handoff::{MemberId, Owner, State as Stage};
use pages::Href;
use pages::tour::{FirstView, OwnFileView, RoleView, TourView};
use store::{Read, StoreError};

use super::shell::{COUNTED_MAX, Here, Page, first_page};
use crate::auth::users::{called, user_of};
use crate::config::resolved::Visitor;
use crate::faces::api::app::App;
use crate::faces::api::problem::Problem;
use crate::faces::api::query::Query;
use crate::faces::api::signed_in::{SignedIn, see_other};
use crate::runtime::clock;
use crate::service::read::handoffs::deadline;
use crate::service::read::inbox::{self, InboxCount};

/// Shows it.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    Query::of_page(&parts.uri, &[])?;
    let demo = app.config.demo.as_ref().ok_or_else(Problem::nothing_here)?;
    let now = clock::now();
    let rep = demo.visitors.iter().find(|visitor| visitor.role == Role::Rep);
    let owner = rep.and_then(|rep| rep.member.clone());
    let owner = owner.map(|id| Owner::Person(MemberId(id.as_str().into())));
    let read = app.look_up(move |reader| {
        let waiting = owner.map(|owner| Waiting::of(reader, &owner)).transpose()?;
        Ok((waiting, stream::newest(reader, now)?))
    });
    let (waiting, streams) = read.await?;
    let reader = SignedIn::of(&app, &parts);
    let view = TourView {
        says: format!(
            "A company, its customers and their 90 days are made up (seed {}). The day goes on by itself, and \
             nothing leaves this machine. Be one of its people: you see what they may see.",
            demo.seed
        ),
        roles: demo
            .visitors
            .iter()
            .map(|one| role_view(one, waiting.as_ref(), reader.as_ref()))
            .collect(),
        first: rep.zip(waiting.as_ref()).and_then(|(rep, waiting)| first(rep, waiting)),
        crm: demo.crm.map(|_| Href::to("/tour/crm")),
        own: demo.visitors.iter().find(|visitor| visitor.role == Role::Revops).map(own_file),
        streams,
        commands: demo.commands.clone(),
        seed: demo.seed.to_string(),
        stays: demo.stays,
    };
    let page = Page::open(&app, &parts, Here::Tour);
    Ok(page.show(&app, "Tour", &pages::tour::page(&view)).await)
}

/// Leads to what the receiver of the demo's deliveries shows.
pub(super) async fn crm(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Problem> {
    Query::of_page(request.uri(), &[])?;
    let crm = app.config.demo.as_ref().and_then(|demo| demo.crm);
    let crm = crm.ok_or_else(Problem::nothing_here)?;
    Ok(see_other(&format!("http://{crm}/")))
}

/// What waits for the rep of the tour.
struct Waiting {
    counted: InboxCount,
    /// The handoff that is to be accepted first.
    first: Option<String>,
}

impl Waiting {
    fn of(reader: &impl Read, owner: &Owner) -> Result<Self, StoreError> {
        let counted = inbox::count(reader, owner, clock::now(), COUNTED_MAX)?;
        let offered = inbox::in_state(Stage::Offered, owner);
        let offered = reader.handoffs(&offered, None, COUNTED_MAX)?.rows;
        let first = offered.iter().min_by_key(|row| (deadline(row).is_none(), deadline(row)));
        Ok(Self { counted, first: first.map(|row| row.handoff.to_string()) })
    }
}

fn first_name(visitor: &Visitor) -> &str {
    visitor.name.split(' ').next().unwrap_or_default()
}

fn to(visitor: &Visitor) -> Href {
    Href::to(format!("/sign-in/as/{}", visitor.role))
}

fn role_view(visitor: &Visitor, waiting: Option<&Waiting>, reader: Option<&SignedIn>) -> RoleView {
    let (says, opens) = match (visitor.role, waiting) {
        (Role::Rep, Some(waiting)) => (
            format!(
                "{} for you, {} overdue, and each brief shows what it rests on.",
                pages::text::count(waiting.counted.count, "lead waits", "leads wait"),
                match waiting.counted.late {
                    0 => "none is".to_owned(),
                    1 => "one is".to_owned(),
                    several => format!("{several} are"),
                }
            ),
            "Inbox",
        ),
        (Role::Rep, None) => {
            ("You accept leads, and each brief shows what it rests on.".to_owned(), "Inbox")
        }
        (Role::Manager, _) => (
            "You see whether work flows, what is late, and how much each of your team has."
                .to_owned(),
            "Pulse",
        ),
        (Role::Revops, _) => (
            "You see what is held and for which cause, and may act for everybody.".to_owned(),
            "Quarantine",
        ),
        (Role::Leader, _) => ("You see figures, and nothing of a person.".to_owned(), "Pulse"),
        (Role::Marketer, _) => (
            "You see what became of your leads by campaign, and who rejected which and why."
                .to_owned(),
            "Campaigns",
        ),
        (Role::Auditor, _) => (
            "You ask why of any decision, and see what was known when it was taken.".to_owned(),
            "Audit",
        ),
        (Role::Admin, _) => ("You look after users and keys.".to_owned(), "Users"),
    };
    RoleView {
        name: visitor.name.clone(),
        role: called(visitor.role).to_owned(),
        says,
        to: to(visitor),
        next: Href::to(first_page(visitor.role)),
        opens: opens.to_owned(),
        here: reader.is_some_and(|reader| reader.user == user_of(visitor)),
    }
}

/// The way to leads of one's own, as whoever may import.
fn own_file(revops: &Visitor) -> OwnFileView {
    OwnFileView {
        to: to(revops),
        next: Href::to("/imports"),
        button: format!("Be {}, open the imports", first_name(revops)),
    }
}

/// A lead to accept within a minute.
fn first(rep: &Visitor, waiting: &Waiting) -> Option<FirstView> {
    let handoff = waiting.first.as_ref()?;
    let name = first_name(rep);
    Some(FirstView {
        to: to(rep),
        next: Href::to(format!("/h/{handoff}")),
        button: format!("Be {name}, open the first lead"),
        steps: vec![
            format!("Be {name}. The lead that is due first opens: who it is, and why now."),
            "Press `E`: every sentence shows the signals that it rests on.".to_owned(),
            "Press `A`: the lead is yours. The CRM heard of it once, when it was offered."
                .to_owned(),
            "Below: why it came to you, and why not to each other one.".to_owned(),
        ],
    })
}
