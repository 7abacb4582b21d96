//! Folders of an older form: whoever writes stays out until they are migrated.

use std::path::Path;

use super::folder::DATABASE;
use super::form::FORM;
use super::schema;
use super::settings;
use crate::error::StoreError;

/// Refuses a folder of an older form that holds entries; one without is brought up as it opens.
pub(super) fn refuse_older(path: &Path) -> Result<(), StoreError> {
    // What cannot be looked at here is named by whoever opens it.
    let Ok(db) = settings::reader(&path.join(DATABASE)) else { return Ok(()) };
    let form = schema::check_database(&db).and_then(|()| schema::fact_schema(&db));
    let (Ok(form), Ok(entries)) = (form, schema::entries(&db)) else { return Ok(()) };
    let found = form.unwrap_or(1);
    if entries > 0 && found < FORM {
        return Err(StoreError::OlderForm { path: path.to_owned(), found, known: FORM });
    }
    Ok(())
}
