//! What the API and the pages do to take an import back: a part at a time, so that nobody else waits for long.

use std::sync::Arc;
use std::time::Duration;

use domain::ImportId;
use tokio::time::sleep;
use tracing::{info, warn};

use super::api::app::App;
use super::api::problem::Problem;
use super::uploading::missing;
use crate::auth::credential::Credential;
use crate::local::request::{Request, Response, UndoneTold};
use crate::service::read::imports::{ImportState, UnfinishedUndo, imports, unfinished_undos};
use crate::service::setback::Setback;

/// How long it waits where the server has no room for it.
const BUSY_PAUSE: Duration = Duration::from_secs(1);

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
    undo_to_its_end(app, Some(by), import, (consents, is_dry_run)).await
}

/// Goes on with what was being taken back when the last server ended, or whoever asked for it.
pub(super) async fn go_on(app: &Arc<App>) {
    let unfinished = match app.fold(unfinished_undos).await {
        Ok(unfinished) => unfinished,
        Err(problem) => {
            warn!("Could not look for imports that are being taken back: {}.", problem.detail());
            return;
        }
    };
    for UnfinishedUndo { import, consents, by } in unfinished {
        let mut done = undo_to_its_end(app, by, import, (consents, false)).await;
        // Until the server ends there is room again some time.
        while done.as_ref().is_err_and(|problem| problem.status().is_server_error()) {
            sleep(BUSY_PAUSE).await;
            done = undo_to_its_end(app, by, import, (consents, false)).await;
        }
        match done {
            Ok(_) => info!(import.id = %import, "Went on taking `{import}` back, to the end."),
            Err(problem) => warn!(
                import.id = %import,
                "Could not go on taking `{import}` back: {}.",
                problem.detail()
            ),
        }
    }
}

async fn undo_to_its_end(
    app: &App,
    by: Option<Credential>,
    import: ImportId,
    (consents, is_dry_run): (bool, bool),
) -> Result<UndoneTold, Problem> {
    loop {
        let asked = Request::UndoImport { import, consents, is_dry_run, by };
        let Response::Undone { undone } = app.local(asked).await? else {
            return Err(Setback::Unknown.into());
        };
        if let Some(undone) = undone {
            return Ok(undone);
        }
    }
}
