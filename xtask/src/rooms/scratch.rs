//! A copy of the tree that rooms are added to and compiled in. It stays, so that the next room
//! compiles only what it changes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, ensure};

use super::room::Room;
use crate::shell;

/// Where the copy lies: where nobody looks for files of ours.
const COPY: &str = "target/rooms/tree";
/// Where the copy is built. Cargo tells packages apart by their place in the workspace, so that in the
/// tree's own folder the copy's would take the place of the tree's.
const BUILT: &str = "target/rooms/built";
/// How much is told of what the compiler says.
const SAID_LINES: usize = 40;

pub(super) struct Scratch {
    root: PathBuf,
    copy: PathBuf,
    /// The files of the tree as they are.
    files: BTreeMap<String, Vec<u8>>,
}

impl Scratch {
    /// Reads all files that belong to the tree, committed or not.
    pub(super) fn new(root: &Path) -> anyhow::Result<Self> {
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .context("git does not start")?;
        ensure!(listed.status.success(), "git cannot list the files");
        let mut files = BTreeMap::new();
        for path in String::from_utf8(listed.stdout)?.split_terminator('\0') {
            // One that was removed and not yet committed is listed too.
            if let Ok(bytes) = fs::read(root.join(path)) {
                files.insert(path.to_owned(), bytes);
            }
        }
        Ok(Self { root: root.to_owned(), copy: root.join(COPY), files })
    }

    /// Makes the copy the same as the tree. What is the same already is not written again, so that
    /// it need not be compiled again.
    pub(super) fn reset(&mut self) -> anyhow::Result<()> {
        let mut there = Vec::new();
        listing(&self.copy, "", &mut there)?;
        for path in there.iter().filter(|path| !self.files.contains_key(*path)) {
            let path = self.copy.join(path);
            fs::remove_file(&path)?;
            // A folder that holds nothing any more goes with it.
            for folder in path.ancestors().skip(1).take_while(|folder| *folder != self.copy) {
                if fs::remove_dir(folder).is_err() {
                    break;
                }
            }
        }
        for (path, bytes) in &self.files {
            write(&self.copy.join(path), bytes)?;
        }
        Ok(())
    }

    /// Adds a room to the copy.
    pub(super) fn add(&self, room: &Room) -> anyhow::Result<()> {
        let text = |path: &str| {
            self.files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        };
        for (path, text) in room.apply(text)? {
            write(&self.copy.join(path), text.as_bytes())?;
        }
        Ok(())
    }

    /// Compiles the copy and asks its tidy rules; gives what they say, and nothing where all is well.
    pub(super) fn check(&self) -> anyhow::Result<Option<String>> {
        let compiled = self.cargo(&["check", "--workspace", "--quiet", "--offline"])?;
        let said = String::from_utf8_lossy(&compiled.stderr).into_owned();
        if !compiled.status.success() || !said.trim().is_empty() {
            return Ok(Some(first_lines(&said)));
        }
        // A rule may be one of the files that are changed: the copy's own program knows.
        let tidy =
            self.cargo(&["run", "--quiet", "--offline", "--package", "xtask", "--", "tidy"])?;
        let said = String::from_utf8_lossy(&tidy.stdout).into_owned();
        Ok((!tidy.status.success()).then(|| first_lines(&said)))
    }

    fn cargo(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        let (verb, rest) = arguments.split_first().context("cargo has verbs")?;
        Command::new(shell::cargo_program())
            .args([verb, "--target-dir"])
            .arg(self.root.join(BUILT))
            .args(rest)
            .current_dir(&self.copy)
            .output()
            .context("cargo does not start")
    }
}

fn first_lines(said: &str) -> String {
    said.lines().take(SAID_LINES).collect::<Vec<_>>().join("\n")
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if fs::read(path).is_ok_and(|known| known == bytes) {
        return Ok(());
    }
    fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
    Ok(fs::write(path, bytes)?)
}

fn listing(folder: &Path, prefix: &str, found: &mut Vec<String>) -> anyhow::Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            listing(&entry.path(), &format!("{path}/"), found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}
