//! What the API and the pages do to take an import back: a part at a time, so that nobody else waits for long.

use std::sync::Arc;

use domain::ImportId;

use super::api::app::App;
use super::api::problem::Problem;
use super::uploading::missing;
use crate::auth::credential::Credential;
use crate::local::request::{Request, Response, UndoneTold};
use crate::service::read::imports::{ImportState, imports};
use crate::service::setback::Setback;

/// Takes an import back, or says what that would come to.
pub(super) async fn undo(
    app: &Arc<App>,
    by: Credential,
    import: ImportId,
    (consents, is_dry_run): (bool, bool),
) -> Result<UndoneTold, Problem> {
    let data = app.config.data.clone();
    let listed = app.fold(move |store| imports(store, &data)).await?;
    let listed = listed.into_iter().find(|listed| listed.import == import).ok_or_else(missing)?;
    if listed.state == ImportState::Running {
        return Err(Problem::new(409, "import-under-way", ImportState::STILL_RUNS));
    }
    loop {
        let asked = Request::UndoImport { import, consents, is_dry_run, by: Some(by) };
        let Response::Undone { undone } = app.local(asked).await? else {
            return Err(Setback::Unknown.into());
        };
        if let Some(undone) = undone {
            return Ok(undone);
        }
    }
}
