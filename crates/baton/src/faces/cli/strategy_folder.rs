//! A strategy's folder, read into memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rules::strategy::Files;

use super::ending::Failure;

/// More than this is no strategy.
const FILES_MAX: usize = 2_500;
/// More than this is no strategy, in bytes.
const BYTES_MAX: u64 = 80 << 20;
/// Folders in one another.
const DEPTH_MAX: usize = 8;

/// Reads all files of a folder but the hidden ones. Links are not followed, and are told.
pub(super) fn read(folder: &Path) -> Result<Files, Failure> {
    if !folder.is_dir() {
        let says = format!("`{}` is no folder", folder.display());
        return Err(Failure::wrong("strategy-unread", says));
    }
    let mut gathered = Gathered::default();
    gathered.folder(folder, "", 0)?;
    let mut files = Files(gathered.files);
    gathered.links.into_iter().for_each(|path| files.put_link(path));
    Ok(files)
}

#[derive(Default)]
struct Gathered {
    files: BTreeMap<String, Vec<u8>>,
    links: Vec<String>,
    bytes: u64,
}

impl Gathered {
    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<(), Failure> {
        let entries = fs::read_dir(folder).map_err(|error| unread(folder, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| unread(folder, &error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let path = entry.path();
            let kind = entry.file_type().map_err(|error| unread(&path, &error))?;
            if kind.is_dir() && depth < DEPTH_MAX {
                self.folder(&path, &format!("{prefix}{name}/"), depth + 1)?;
            } else if kind.is_file() {
                self.file(&path, format!("{prefix}{name}"))?;
            } else if kind.is_symlink() && self.links.len() < FILES_MAX {
                self.links.push(format!("{prefix}{name}"));
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, name: String) -> Result<(), Failure> {
        let size = fs::metadata(path).map_err(|error| unread(path, &error))?.len();
        self.bytes += size;
        if self.files.len() >= FILES_MAX || self.bytes > BYTES_MAX {
            let says = "the folder holds more than a strategy can: 2,000 files and 64 MiB";
            return Err(Failure::wrong("strategy-too-large", says));
        }
        let bytes = fs::read(path).map_err(|error| unread(path, &error))?;
        self.files.insert(name, bytes);
        Ok(())
    }
}

fn unread(path: &Path, error: &std::io::Error) -> Failure {
    Failure::unable("strategy-unread", format!("`{}`: {error}", path.display()))
}
