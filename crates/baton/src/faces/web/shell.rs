//! What stands around every page: where the reader can go, who they are, what just happened.

use std::sync::Arc;

use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use domain::Role;
use domain::handoff::{MemberId, Owner};
use pages::layout::{Flash, Place, RailGroup, ReaderView};
use pages::{Href, Shell};
use rules::Strategy;

use crate::auth::action::Action;
use crate::auth::users::{called, user_of};
use crate::faces::api::app::App;
use crate::faces::api::problem::Problem;
use crate::faces::api::signed_in::SignedIn;
use crate::runtime::clock;
use crate::service::read::inbox::{self, InboxCount};

/// A page loads what is ours, sends forms to us, and stands in nobody's frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
/// Handoffs of each state that are counted.
pub(super) const COUNTED_MAX: usize = 200;

/// Where a page is in the rail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Here {
    /// The demo's first page.
    Tour,
    /// What waits for the reader.
    Inbox,
    /// Finding things.
    Search,
    /// What became of leads.
    Campaigns,
    /// Why the reader's count is what it is.
    Ledger,
    /// Whether work flows.
    Pulse,
    /// Who has how much.
    Team,
    /// Who can take a lead.
    Desk,
    /// Who did what.
    Audit,
    /// What is held.
    Quarantine,
    /// What was brought in from files.
    Imports,
    /// What would have been, under another strategy.
    Rehearsals,
    /// What comes in and what goes out.
    Connections,
    /// Who is who.
    Identity,
    /// What decides.
    Strategy,
    /// Who may sign in.
    Users,
    /// What programs show.
    Keys,
    /// Each part of a page.
    StyleGuide,
    /// A page that the rail does not have.
    Nowhere,
}

/// A page that is about to be shown.
pub(super) struct Page {
    reader: Option<SignedIn>,
    here: Here,
    strategy: Option<Arc<Strategy>>,
    /// What was looked for.
    pub(super) search: String,
    /// What came of what was just done.
    pub(super) flash: Option<Flash>,
    /// Whether its content reaches from edge to edge.
    pub(super) columns: bool,
}

impl Page {
    /// A page for whoever asks, signed in or not.
    pub(super) fn open(app: &App, parts: &Parts, here: Here) -> Self {
        Self::of(app, SignedIn::of(app, parts), here)
    }

    /// A page for somebody who is signed in.
    pub(super) fn for_reader(app: &App, reader: &SignedIn, here: Here) -> Self {
        Self::of(app, Some(reader.clone()), here)
    }

    fn of(app: &App, reader: Option<SignedIn>, here: Here) -> Self {
        let strategy = app.shared.strategy();
        Self { reader, here, strategy, search: String::new(), flash: None, columns: false }
    }

    /// The answer with the whole page.
    pub(super) async fn show(
        &self,
        app: &Arc<App>,
        title: &str,
        content: &pages::Markup,
    ) -> Response {
        let waiting = match &self.reader {
            Some(reader) => waiting(app, reader).await,
            None => None,
        };
        let version = self.strategy.as_ref().map(|strategy| strategy.version.to_string());
        let shell = Shell {
            title: title.to_owned(),
            rail: self.rail(app, waiting),
            reader: self.reader.as_ref().map(|reader| self.reader_view(app, reader)),
            strategy: version.map(|version| version.chars().take(6).collect()),
            demo: app.config.demo.is_some(),
            search: self.searches().then(|| self.search.clone()),
            made: clock::now().to_string(),
            live: self.reader.is_some(),
            flash: self.flash.clone(),
            columns: self.columns,
        };
        html(shell.page(content))
    }

    fn rail(&self, app: &App, waiting: Option<InboxCount>) -> Vec<RailGroup> {
        let place = |name, path: &str, here, key| Place {
            name,
            href: Href::to(path),
            count: None,
            late: false,
            here: self.here == here,
            key: Some(key),
        };
        let mut groups = Vec::new();
        if app.config.demo.is_some() {
            let places = vec![place("Tour", "/tour", Here::Tour, 't')];
            groups.push(RailGroup { title: "Demo", places });
        }
        let Some(reader) = &self.reader else { return groups };
        let mut work = Vec::new();
        if reader.member.is_some() {
            let inbox = place("Inbox", "/inbox", Here::Inbox, 'i');
            let late = waiting.is_some_and(|waiting| waiting.late > 0);
            work.push(Place { count: waiting.map(|waiting| waiting.count), late, ..inbox });
        }
        if reader.may(Action::ReadCampaigns) {
            work.push(place("Campaigns", "/campaigns", Here::Campaigns, 'c'));
        }
        if reader.member.is_some() && takes_turns(reader.role) {
            work.push(place("My ledger", "/ledger", Here::Ledger, 'l'));
        }
        if self.searches() {
            work.push(place("Search", "/search", Here::Search, 's'));
        }
        if !work.is_empty() {
            groups.push(RailGroup { title: "Work", places: work });
        }
        let mut flow = Vec::new();
        if reader.may(Action::ReadCounts) {
            flow.push(place("Pulse", "/pulse", Here::Pulse, 'p'));
        }
        if reader.may(Action::ReadTeam) {
            flow.push(place("Team", "/team", Here::Team, 'm'));
        }
        if reader.may(Action::ReadDesk) {
            flow.push(place("Desk", "/desk", Here::Desk, 'd'));
        }
        if reader.may(Action::ReadQuarantine) {
            flow.push(place("Quarantine", "/quarantine", Here::Quarantine, 'q'));
            flow.push(place("Imports", "/imports", Here::Imports, 'f'));
        }
        if reader.may(Action::ReadAudit) {
            flow.push(place("Audit", "/audit", Here::Audit, 'a'));
        }
        if !flow.is_empty() {
            groups.push(RailGroup { title: "Flow", places: flow });
        }
        let mut places = vec![place("Strategy", "/strategy", Here::Strategy, 'y')];
        let is_revops = reader.may(Action::ReadRehearsals);
        if is_revops {
            places.push(place("Rehearsals", "/rehearsals", Here::Rehearsals, 'h'));
        }
        groups.push(RailGroup { title: "Strategy", places });
        if is_revops {
            let places = vec![
                place("Connections", "/connections", Here::Connections, 'n'),
                place("Identity", "/identity", Here::Identity, 'w'),
            ];
            groups.push(RailGroup { title: "System", places });
        }
        if reader.may(Action::ReadUsers) {
            let places = vec![
                place("Users", "/users", Here::Users, 'u'),
                place("Keys", "/keys", Here::Keys, 'k'),
            ];
            groups.push(RailGroup { title: "Access", places });
        }
        groups
    }

    fn searches(&self) -> bool {
        self.reader.as_ref().is_some_and(|reader| reader.may(Action::Search))
    }

    fn reader_view(&self, app: &App, reader: &SignedIn) -> ReaderView {
        let member = reader.member.as_deref();
        let known = self.strategy.as_ref().zip(member);
        let known = known.and_then(|(strategy, id)| strategy.team.member(id));
        let visitors = app.config.demo.iter().flat_map(|demo| &demo.visitors);
        let visitor = visitors.into_iter().find(|visitor| user_of(visitor) == reader.user);
        let name = known.map(|member| member.name.clone());
        let name = name.or_else(|| visitor.map(|visitor| visitor.name.clone()));
        ReaderView {
            id: reader.user.to_string(),
            name: name.unwrap_or_else(|| called(reader.role).to_owned()),
            role: called(reader.role).to_owned(),
            csrf: reader.csrf.clone(),
            sign_out: Href::to("/sign-out"),
        }
    }
}

/// What waits for a reader, in figures; none where nothing can. A page is worth showing without them.
pub(super) async fn waiting(app: &Arc<App>, reader: &SignedIn) -> Option<InboxCount> {
    let owner = owner_of(reader)?;
    let counted = app.look_up(move |store| inbox::count(store, &owner, clock::now(), COUNTED_MAX));
    counted.await.ok()
}

/// Whose inbox it is; none where the reader is no member of the team.
pub(super) fn owner_of(reader: &SignedIn) -> Option<Owner> {
    reader.member.as_deref().map(|id| Owner::Person(MemberId(id.into())))
}

/// Whether somebody of a role receives leads in turn.
const fn takes_turns(role: Role) -> bool {
    match role {
        Role::Rep | Role::Manager => true,
        Role::Marketer | Role::Revops | Role::Leader | Role::Auditor | Role::Admin => false,
    }
}

/// The page that somebody of a role begins with.
pub(super) const fn first_page(role: Role) -> &'static str {
    match role {
        Role::Rep => "/inbox",
        Role::Manager | Role::Leader => "/pulse",
        Role::Revops => "/quarantine",
        Role::Marketer => "/campaigns",
        Role::Auditor => "/audit",
        Role::Admin => "/users",
    }
}

/// What is said above a page whose reader was refused something.
pub(super) fn refused(problem: &Problem) -> Flash {
    let says = format!("Nothing was done: {}.", problem.detail());
    Flash { says, more: Vec::new(), done: false }
}

/// A page as it is sent.
pub(super) fn html(page: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        // So that a browser says where a form comes from.
        (header::REFERRER_POLICY, "same-origin"),
    ];
    (headers, page).into_response()
}
