//! Accepting a handoff by the link of a message, without signing in.
//!
//! Opening the link does nothing. Its button accepts once, in the name of the member whom the message was for, and
//! only while the handoff has been on offer to them all the time since the message left.

use std::sync::Arc;

use ::pages::accept::{self, AcceptView};
use ::pages::{Href, When};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use crank::handoff_changes;
use domain::handoff::{Owner, State as Stage};
use domain::{Moment, Role};
use engine::event::Deed;
use store::sqlite::AcceptLinkRow;
use store::{HandoffRow, Read as _};
use tokio::task::block_in_place;

use super::app::App;
use super::entrance::{may_sign_in, page};
use super::form::Form;
use super::problem::Problem;
use super::sign_in::counted;
use super::signed_in::{SignedIn, from_a_page_of_ours};
use crate::auth::accept_links::PATH;
use crate::auth::token::Token;
use crate::runtime::clock;
use crate::runtime::command::{Act, Command};
use crate::service::act::{ActRequest, Actor};
use crate::service::setback::Setback;

/// What attempts with links are counted as: they are guessed for no account.
const LINKS: &str = "accept-links";

/// Asks whether the handoff of a link is accepted.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let offer = offered(&app, &parts, &token).await?;
    Ok(page(accept::ask(&offer.view(&app, Changed::No))))
}

/// Accepts the handoff of a link, in the name of the member whom it was sent to.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    from_a_page_of_ours(&app, &parts)?;
    let offer = offered(&app, &parts, &token).await?;
    let form = Form::read(&app, &parts, body).await?;
    let seen: Option<u64> = form.text("version").and_then(|version| version.parse().ok());
    if seen != Some(offer.row.version) {
        return Ok(changed(&app, &offer));
    }
    let links = &app.shared.accept_links;
    if !block_in_place(|| links.use_up(&offer.link))? {
        // Somebody was faster.
        return Err(over());
    }
    let request = offer.accepting(&app);
    match app.ask(|reply| Command::Act(Act { request, reply })).await {
        Ok(_) => Ok(page(accept::done(&offer.view(&app, Changed::No)))),
        // Whether it was done is not known: the link stays used, and the page of the handoff says it.
        Err(Setback::Unknown) => Err(Setback::Unknown.into()),
        Err(setback) => {
            block_in_place(|| links.give_back(&offer.link, clock::now()))?;
            match setback {
                Setback::Stale { .. } => {
                    let again = offered(&app, &parts, &token).await?;
                    Ok(changed(&app, &again))
                }
                other @ (Setback::Refused { .. }
                | Setback::Overloaded { .. }
                | Setback::Recovering
                | Setback::Ending
                | Setback::Full
                | Setback::Unknown) => Err(other.into()),
            }
        }
    }
}

/// A link with the handoff that it accepts, which is on offer to its member.
struct Offered {
    token: Token,
    link: AcceptLinkRow,
    row: HandoffRow,
}

/// Whether a handoff changed while its page was open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Changed {
    No,
    Yes,
}

impl Offered {
    fn accepting(&self, app: &App) -> ActRequest {
        let member = self.link.member.clone();
        ActRequest {
            handoff: self.row.handoff,
            deed: Deed::Accept { member: Some(member.clone()), note: None, by: None },
            actor: Actor::Addressee {
                member: member.0.as_str().to_owned(),
                // Whoever has the address of a message is what its reader is: a member who works.
                grants: app.shared.policies.role(Role::Rep),
            },
            acts_as: None,
            seen: Some(vec![self.row.version]),
            once: None,
        }
    }

    fn view(&self, app: &App, changed: Changed) -> AcceptView {
        let id = self.link.member.0.as_str();
        let strategy = app.shared.strategy();
        let known = strategy.as_ref().and_then(|strategy| strategy.team.member(id));
        AcceptView {
            to: Href::to(format!("{PATH}{}", self.token.reveal())),
            handoff: self.row.handoff.to_string(),
            member: known.map_or(id, |member| member.name.as_str()).to_owned(),
            until: self.row.accept_by.map(in_utc),
            version: self.row.version,
            changed: changed == Changed::Yes,
            page: Href::to(format!("/h/{}", self.row.handoff)),
        }
    }
}

/// What a link accepts. Refused where it was used or is over, where the handoff went another way since the
/// message left, and where somebody else is signed in.
async fn offered(app: &Arc<App>, parts: &Parts, token: &str) -> Result<Offered, Problem> {
    may_sign_in(parts)?;
    let attempt = counted(app, parts, LINKS)?;
    let token = Token::read(token).ok_or_else(over)?;
    let links = &app.shared.accept_links;
    let link = block_in_place(|| links.find(&token, clock::now()))?.ok_or_else(over)?;
    // Whoever has a secret of ours did not guess it.
    app.attempts.succeeded(&attempt, clock::now());
    if SignedIn::of(app, parts).is_some_and(|by| by.member.as_deref() != Some(&link.member.0)) {
        let says = "this link was sent to another member of the team, who accepts the lead by it; you \
                    are signed in as somebody else";
        return Err(Problem::new(403, "accept-link-of-another", says));
    }
    let (handoff, sent) = (link.handoff, link.version);
    let read = app.fold(move |reader| {
        let changes = handoff_changes(reader, handoff, sent, usize::MAX)?;
        Ok((reader.handoff(handoff)?, changes))
    });
    let (row, changes) = read.await?;
    let owner = Owner::Person(link.member.clone());
    let is_offer = |state: Stage, had: &Owner| state == Stage::Offered && *had == owner;
    let row = row.filter(|row| is_offer(row.state, &row.owner)).ok_or_else(over)?;
    // Offered anew after something else was done, it is another offer.
    if !changes.iter().all(|change| is_offer(change.state, &change.owner)) {
        return Err(over());
    }
    Ok(Offered { token, link, row })
}

fn changed(app: &App, offer: &Offered) -> Response {
    let asked = page(accept::ask(&offer.view(app, Changed::Yes)));
    (StatusCode::CONFLICT, asked).into_response()
}

fn over() -> Problem {
    let says = "this link accepts nothing: it was used before or is over, or the lead is not offered to \
                you any more; sign in to see how it stands";
    Problem::new(410, "accept-link-over", says)
}

fn in_utc(moment: Moment) -> When {
    let at = moment.utc();
    let short =
        format!("{:04}-{:02}-{:02} {:02}:{:02} UTC", at.year, at.month, at.day, at.hour, at.minute);
    When { short, exact: moment.to_string() }
}
