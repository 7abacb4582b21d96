//! A folder's files, read and laid down.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use anyhow::Context;

/// The files below a folder by their path from there.
pub(super) type Image = BTreeMap<String, Vec<u8>>;

/// Every file below a folder, but those that are rebuilt from others.
pub(super) fn read(folder: &Path) -> anyhow::Result<Image> {
    let mut image = BTreeMap::new();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                folders.push((entry.path(), format!("{name}/")));
            } else if entry.file_type()?.is_file() && !name.ends_with("-shm") {
                image.insert(name, fs::read(entry.path())?);
            }
        }
    }
    Ok(image)
}

/// Lays files down below a folder, for nobody else to read.
pub(super) fn lay(folder: &Path, image: &Image) -> anyhow::Result<()> {
    let mut private = DirBuilder::new();
    private.mode(0o700).recursive(true);
    private.create(folder)?;
    for (path, bytes) in image {
        let path = folder.join(path);
        private.create(path.parent().context("a file lies in a folder")?)?;
        let mut new = OpenOptions::new();
        new.create(true).write(true).truncate(true).mode(0o600).open(&path)?.write_all(bytes)?;
    }
    Ok(())
}
