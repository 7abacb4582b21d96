//! The routes of pages.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use super::{
    account, act, act_on_held, assets, audit, campaigns, connections, counted, desk, drafts,
    handoff, identity, import, import_undo, imports, inbox, ledger, live, pulse, quarantine,
    refusal, rehearsals, search, strategy, team, tour, users,
};
use crate::faces::api::app::App;
use crate::service::act::Verb;

/// All pages. What they refuse is told as a page.
pub(in crate::faces) fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    let pages = Router::new()
        .route("/tour", get(tour::get))
        .route("/tour/crm", get(tour::crm))
        .route("/inbox", get(inbox::get))
        .route("/h/{id}", get(handoff::get))
        .route("/a/{id}", get(account::get))
        .route("/audit", get(audit::get))
        .route("/audit/verify", post(audit::verify))
        .route("/campaigns", get(campaigns::get))
        .route("/team", get(team::get))
        .route("/ledger", get(ledger::get))
        .route("/pulse", get(pulse::get))
        .route("/pulse/csv", get(pulse::csv))
        .route("/pulse/handoffs", get(counted::get))
        .route("/pulse/handoffs/csv", get(counted::csv))
        .route("/desk", get(desk::get))
        .route("/quarantine", get(quarantine::get))
        .route("/quarantine/{verb}", post(act_on_held::post))
        .route("/imports", get(imports::get).post(imports::post))
        .route("/imports/{id}", get(import::get))
        .route("/imports/{id}/start", post(import::start))
        .route("/imports/{id}/stop", post(import::stop))
        .route("/imports/{id}/discard", post(import::discard))
        .route("/imports/{id}/map", post(import::map))
        .route("/imports/{id}/undo", get(import_undo::get).post(import_undo::post))
        .route("/strategy", get(strategy::get))
        .route("/strategy/drafts", post(drafts::begin))
        .route("/strategy/drafts/{id}", get(drafts::get))
        .route("/strategy/drafts/{id}/save", post(drafts::save))
        .route("/strategy/drafts/{id}/apply", post(drafts::apply))
        .route("/strategy/drafts/{id}/discard", post(drafts::discard))
        .route("/strategy/versions/{id}", get(drafts::version))
        .route("/strategy/rollback", post(drafts::roll_back))
        .route("/rehearsals", get(rehearsals::get).post(rehearsals::post))
        .route("/rehearsals/{id}", get(rehearsals::one))
        .route("/rehearsals/{id}/stop", post(rehearsals::stop))
        .route("/rehearsals/{id}/report", get(rehearsals::whole))
        .route("/connections", get(connections::get))
        .route("/connections/{name}/test", post(connections::test))
        .route("/identity", get(identity::get).post(identity::post))
        .route("/search", get(search::get).post(search::post))
        .route("/users", get(users::get).post(users::post))
        .route("/users/{id}/change", post(users::change))
        .route("/users/{id}/sign-out", post(users::sign_out))
        .route("/users/{id}/revoke", post(users::revoke))
        .route("/keys", get(users::get_keys))
        .route("/keys/{id}/revoke", post(users::revoke_key))
        .route("/styleguide", get(assets::style_guide));
    let pages = Verb::ALL.into_iter().fold(pages, |pages, verb| {
        let served = post(move |state, path, posted| act::post(verb, state, path, posted));
        pages.route(&format!("/h/{{id}}/{}", verb.name()), served)
    });
    pages
        .layer(from_fn_with_state(Arc::clone(app), refusal::as_a_page))
        .route("/live", get(live::get))
        .route("/live/events", get(live::events))
        .route("/assets/{name}", get(assets::get))
}
