//! What pages call those who act.

use std::sync::Arc;

use crate::faces::api::app::App;
use crate::faces::api::problem::Problem;
use crate::service::who_acts::WhoActs;

/// Everybody who may have done something: members, users, keys, and the visitors of a demo.
pub(super) async fn who_acts(app: &Arc<App>) -> Result<WhoActs, Problem> {
    let strategy = app.shared.strategy();
    let known = app.look_up(move |store| WhoActs::read(store, strategy.as_deref())).await?;
    Ok(known.with_visitors(app.config.visitors()))
}
