//! The map and the files of an import: read, opened, or refused with what to do.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use connectors::import::{FileRefused, FileRows, ImportMap, SHIPPED, ShippedMap, parse_map};
use domain::Moment;
use notation::{Diagnostics, Sources};
use sha2::{Digest, Sha256};

use super::super::call::Call;
use super::super::ending::Failure;
use crate::local::refusal::with_causes;

/// The largest map, in bytes.
const MAP_BYTES_MAX: u64 = 1 << 20;
/// How much of a file is hashed at once, in bytes.
const PIECE_BYTES: usize = 256 << 10;

/// The text of a map: a file, or a map that is built in by its name.
pub(crate) fn map_text(path: &Path) -> Result<String, Failure> {
    let shipped = path.to_str().and_then(ShippedMap::named);
    if let Some(shipped) = shipped.filter(|_| !path.exists()) {
        return Ok(shipped.text.to_owned());
    }
    let unread = |error: std::io::Error| {
        let says = format!("the map `{}`: {error}", path.display());
        let known: Vec<&str> = SHIPPED.iter().map(|map| map.name).collect();
        let help = format!("built in are {}; a map of your own is a file", known.join(", "));
        Failure::wrong("map-unread", says).with_help(vec![help])
    };
    let known = std::fs::metadata(path).map_err(unread)?;
    if known.len() > MAP_BYTES_MAX {
        let says = format!("the map `{}` is larger than 1 MiB", path.display());
        return Err(Failure::wrong("map-unread", says));
    }
    let bytes = std::fs::read(path).map_err(unread)?;
    String::from_utf8(bytes).map_err(|_| {
        Failure::wrong("map-unread", format!("the map `{}` is not in UTF-8", path.display()))
    })
}

/// Reads a map, and draws what is wrong with it.
pub(crate) fn read_map(path: &Path, text: &str, call: &Call) -> Result<ImportMap, Failure> {
    let mut sources = Sources::new();
    let file = sources.add(&path.display().to_string(), text.to_owned());
    let mut out = Diagnostics::new();
    let map = parse_map(&sources, file, &mut out);
    call.terminal.draw(&sources, &out.sorted());
    map.ok_or(Failure::Drawn)
}

/// A file that is open under its map.
pub(super) struct Open<'m> {
    pub(super) rows: FileRows<'m, File>,
    pub(super) bytes: u64,
}

/// Opens every file before a row of any is read: what is refused leaves nothing half done.
pub(super) fn open_all<'m>(
    map: &'m ImportMap,
    paths: &[PathBuf],
) -> Result<Vec<Open<'m>>, Failure> {
    for path in paths {
        map.file_for(&name(path)).map_err(refused)?;
    }
    paths.iter().map(|path| open(map, path)).collect()
}

fn open<'m>(map: &'m ImportMap, path: &Path) -> Result<Open<'m>, Failure> {
    let unread = |error: std::io::Error| {
        Failure::unable("file-unread", format!("`{}`: {error}", path.display()))
    };
    let file = File::open(path).map_err(unread)?;
    let known = file.metadata().map_err(unread)?;
    if known.is_dir() {
        let says = format!("`{}` is a folder; name the files in it", path.display());
        return Err(Failure::wrong("file-unread", says));
    }
    let rows = map.open(&name(path), file).map_err(refused)?;
    Ok(Open { rows, bytes: known.len() })
}

/// What each file holds, hashed. Of what is no file, such as a pipe, nothing is known before it is read:
/// each time is another one.
pub(super) fn contents_of(paths: &[PathBuf], began: Moment) -> Result<Vec<[u8; 32]>, Failure> {
    let hashed = |path: &PathBuf| {
        contents(path, began).map_err(|error| {
            Failure::unable("file-unread", format!("`{}`: {error}", path.display()))
        })
    };
    paths.iter().map(hashed).collect()
}

fn contents(path: &Path, began: Moment) -> io::Result<[u8; 32]> {
    let mut hash = Sha256::new();
    if !std::fs::metadata(path)?.is_file() {
        hash.update(began.0.to_be_bytes());
        return Ok(hash.finalize().into());
    }
    let mut file = File::open(path)?;
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok(hash.finalize().into());
        }
        hash.update(&piece[..read]);
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

pub(crate) fn refused(error: FileRefused) -> Failure {
    let code = match &error {
        FileRefused::NoGlob { .. } | FileRefused::SeveralGlobs { .. } => "file-unmapped",
        FileRefused::Header { .. } | FileRefused::HeaderUnreadable { .. } => "header-unfit",
        FileRefused::NotCsv { .. } => "file-no-csv",
        FileRefused::Read { .. } => "file-unread",
    };
    let says = with_causes(&error);
    let failure =
        if error.is_wrong_use() { Failure::wrong(code, says) } else { Failure::unable(code, says) };
    failure.with_help(error.help())
}
