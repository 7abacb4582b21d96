//! A room: what is new, and what is edited for it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use toml::{Table, Value};

/// Where the rooms lie.
const ROOMS: &str = "xtask/rooms";
/// What stands behind the name of a new file, so that it is no file of ours yet.
const ASIDE: &str = ".txt";

/// One thing that is added to the tree.
#[derive(Clone, Debug)]
pub struct Room {
    /// The name of its folder.
    pub name: String,
    /// What is added, in words.
    adds: String,
    /// Folders and files of its own, and those that the first of its kind brings along.
    own: Vec<String>,
    /// Files by which a folder that the first brings joins the house: the second touches them no more.
    once: Vec<String>,
    /// New files by their path.
    pub(super) files: BTreeMap<String, String>,
    edits: Vec<Edit>,
}

/// A change of a file that is there.
#[derive(Clone, Debug)]
struct Edit {
    file: String,
    place: Place,
    text: String,
}

/// Where a text goes. The text beside it stands exactly once in the file.
#[derive(Clone, Debug)]
enum Place {
    After(String),
    Before(String),
    InsteadOf(String),
}

impl Room {
    /// Every room, by name.
    pub fn read_all(root: &Path) -> anyhow::Result<Vec<Self>> {
        let mut names: Vec<String> = Vec::new();
        for entry in fs::read_dir(root.join(ROOMS))? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort();
        names
            .into_iter()
            .map(|name| Self::read(root, &name).with_context(|| format!("room {name}")))
            .collect()
    }

    fn read(root: &Path, name: &str) -> anyhow::Result<Self> {
        let folder = root.join(ROOMS).join(name);
        let text = fs::read_to_string(folder.join("room.toml")).context("room.toml")?;
        let table: Table = text.parse()?;
        let edits = match table.get("edit") {
            Some(Value::Array(edits)) => edits.iter().map(Edit::read).collect::<Result<_, _>>()?,
            Some(_) => bail!("`edit` is a list of tables"),
            None => Vec::new(),
        };
        let (own, once) = (texts_of(&table, "own")?, texts_of(&table, "once")?);
        let mut files = BTreeMap::new();
        let below = folder.join("files");
        if below.is_dir() {
            walk(&below, "", &mut files)?;
        }
        let adds = text_of(&table, "adds")?;
        Ok(Self { name: name.to_owned(), adds, own, once, files, edits })
    }

    /// The texts of all files that it changes, in a tree.
    pub fn apply(
        &self,
        text: impl Fn(&str) -> Option<String>,
    ) -> anyhow::Result<BTreeMap<String, String>> {
        let mut changed: BTreeMap<String, String> = BTreeMap::new();
        for (path, new) in &self.files {
            ensure!(text(path).is_none(), "{path} is there already");
            changed.insert(path.clone(), new.clone());
        }
        for edit in &self.edits {
            let before = match changed.remove(&edit.file) {
                Some(before) => before,
                None => text(&edit.file).with_context(|| format!("there is no {}", edit.file))?,
            };
            changed.insert(edit.file.clone(), edit.apply(&before)?);
        }
        Ok(changed)
    }

    /// The files that it touches and that are not its own, but those that only its first touches.
    pub fn files_besides(&self) -> BTreeSet<&str> {
        self.touched().filter(|path| !self.once.iter().any(|once| once == path)).collect()
    }

    /// Its row of the table.
    pub fn row(&self) -> String {
        let files = self.files_besides();
        let once: BTreeSet<&str> = self.touched().filter(|path| !files.contains(path)).collect();
        let named = |paths: &BTreeSet<&str>| {
            paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ")
        };
        format!("| {} | {} | {} | {} |", self.adds, files.len(), named(&files), named(&once))
    }

    fn touched(&self) -> impl Iterator<Item = &str> {
        let edited = self.edits.iter().map(|edit| edit.file.as_str());
        let all = edited.chain(self.files.keys().map(String::as_str));
        all.filter(|path| !self.own.iter().any(|own| is_within(path, own)))
    }
}

impl Edit {
    fn read(value: &Value) -> anyhow::Result<Self> {
        let table = value.as_table().context("an edit is a table")?;
        let file = text_of(table, "file")?;
        let beside = |name: &str| table.get(name).and_then(Value::as_str).map(str::to_owned);
        let place = match (beside("after"), beside("before"), beside("instead_of")) {
            (Some(text), None, None) => Place::After(text),
            (None, Some(text), None) => Place::Before(text),
            (None, None, Some(text)) => Place::InsteadOf(text),
            _ => bail!("an edit of {file} says one of `after`, `before`, `instead_of`"),
        };
        Ok(Self { file, place, text: text_of(table, "text")? })
    }

    fn apply(&self, text: &str) -> anyhow::Result<String> {
        let (Place::After(beside) | Place::Before(beside) | Place::InsteadOf(beside)) = &self.place;
        let times = text.matches(beside.as_str()).count();
        ensure!(times == 1, "{}: {beside:?} is there {times} times, not once", self.file);
        let new = match self.place {
            Place::After(_) => format!("{beside}{}", self.text),
            Place::Before(_) => format!("{}{beside}", self.text),
            Place::InsteadOf(_) => self.text.clone(),
        };
        Ok(text.replacen(beside.as_str(), &new, 1))
    }
}

fn is_within(path: &str, own: &str) -> bool {
    path == own || own.ends_with('/') && path.starts_with(own)
}

fn text_of(table: &Table, key: &str) -> anyhow::Result<String> {
    let text = table.get(key).and_then(Value::as_str);
    Ok(text.with_context(|| format!("`{key}` is a text"))?.to_owned())
}

fn texts_of(table: &Table, key: &str) -> anyhow::Result<Vec<String>> {
    let texts = match table.get(key) {
        None => return Ok(Vec::new()),
        Some(Value::Array(texts)) => texts.iter().map(|text| text.as_str().map(str::to_owned)),
        Some(_) => bail!("`{key}` is a list of texts"),
    };
    texts.collect::<Option<_>>().with_context(|| format!("`{key}` is a list of texts"))
}

fn walk(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &format!("{path}/"), files)?;
        } else {
            let path =
                path.strip_suffix(ASIDE).with_context(|| format!("{path} ends in {ASIDE}"))?;
            files.insert(path.to_owned(), fs::read_to_string(entry.path())?);
        }
    }
    Ok(())
}
