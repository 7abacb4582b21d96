//! Keeping drafts of strategies, and throwing them away.

use crank::{Crank, pack_strategy};
use domain::Moment;
use rules::Files;
use sha2::{Digest, Sha256};
use store::sqlite::SqliteStore;

use super::refusal::Refusal;
use super::request::Response;
use crate::auth::credential::Credential;
use crate::service::group::group;
use crate::service::read::drafts::{BEGINS, DraftRow, INDEX, drafts};

/// Drafts that are kept; with one more the oldest goes.
const KEPT_MAX: usize = 50;
/// The most files of a draft.
const FILES_MAX: usize = 2_000;
/// The most bytes of all files of a draft.
const BYTES_MAX: usize = 8 << 20;

/// Keeps a draft under what it says. One that it was written from goes, where the same person saved that.
pub(super) fn save(
    crank: &mut Crank<SqliteStore>,
    files: &Files,
    (based_on, edits): (Option<String>, Option<&str>),
    by: Credential,
    now: Moment,
) -> Result<Response, Refusal> {
    let bytes: usize = files.0.values().map(Vec::len).sum();
    let is_plain = |path: &String| {
        !path.starts_with('/') && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
    };
    if files.0.len() > FILES_MAX || bytes > BYTES_MAX || !files.0.keys().all(is_plain) {
        let says = "a draft has at most 2,000 files and 8 MiB, by paths within its folder";
        return Err(Refusal::wrong("draft-unfit", says));
    }
    let packed = pack_strategy(files);
    let draft = name_of(&packed);
    let mut listed = drafts(crank.store())?;
    let is_own = |row: &DraftRow| Some(row.draft.as_str()) == edits && row.by == by;
    let (mut gone, mut kept): (Vec<DraftRow>, Vec<DraftRow>) =
        listed.drain(..).partition(|row| is_own(row) && row.draft != draft);
    kept.retain(|row| row.draft != draft);
    kept.insert(0, DraftRow { draft: draft.clone(), based_on, by, saved: now });
    gone.extend(kept.drain(KEPT_MAX.min(kept.len())..));
    write(crank, &kept, &gone, Some((&draft, &packed)))?;
    Ok(Response::Draft { draft })
}

/// Throws a draft away.
pub(super) fn discard(crank: &mut Crank<SqliteStore>, draft: &str) -> Result<Response, Refusal> {
    let listed = drafts(crank.store())?;
    let (gone, kept): (Vec<DraftRow>, Vec<DraftRow>) =
        listed.into_iter().partition(|row| row.draft == draft);
    if gone.is_empty() {
        return Err(Refusal::wrong("unknown-id", format!("there is no draft `{draft}`")));
    }
    write(crank, &kept, &gone, None)?;
    Ok(Response::Done)
}

/// What a draft is called: by what it says.
fn name_of(packed: &[u8]) -> String {
    let hash = Sha256::digest(packed);
    let mut head = [0; 8];
    head.copy_from_slice(&hash[..8]);
    format!("{BEGINS}{:016x}", u64::from_be_bytes(head))
}

fn write(
    crank: &mut Crank<SqliteStore>,
    kept: &[DraftRow],
    gone: &[DraftRow],
    new: Option<(&str, &[u8])>,
) -> Result<(), Refusal> {
    let index = serde_json::to_vec(kept).expect("rows are JSON");
    Ok(group(crank, |crank| {
        for row in gone {
            crank.put_setting(&row.draft, &[])?;
        }
        if let Some((draft, packed)) = new {
            crank.put_setting(draft, packed)?;
        }
        crank.put_setting(INDEX, &index)
    })?)
}
