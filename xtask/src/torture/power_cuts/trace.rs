//! What strace says of a program, read back: the changes that it made to the files of a folder, and
//! which of them it made durable.

use std::collections::BTreeMap;

use anyhow::{Context, bail, ensure};

/// The system calls that are recorded: all that can change a file, a name or a file's position.
pub(super) const CALLS: &str = "open,openat,creat,write,pwrite64,writev,pwritev,pwritev2,ftruncate,\
truncate,fallocate,fsync,fdatasync,sync_file_range,rename,renameat,renameat2,unlink,unlinkat,mkdir,\
mkdirat,link,linkat,lseek,close,sendfile,copy_file_range,dup,dup2,dup3";

/// How strace is asked to write, so that [`Reader`] can read it: microseconds, paths of descriptors,
/// and every string whole and in hexadecimal.
pub(super) const FLAGS: [&str; 5] = ["-ttt", "-y", "-xx", "-s", "16777216"];

/// One thing that happened to a file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// When the call began, in microseconds since 1970.
    pub(super) at: u64,
    /// Path from the folder, without a leading slash; empty for the folder itself.
    pub(super) path: String,
    pub(super) what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The name was opened with the right to make it.
    Made,
    Written {
        at: u64,
        bytes: Vec<u8>,
    },
    /// Written behind whatever the file held.
    Appended(Vec<u8>),
    /// Cut or grown to this many bytes.
    Cut(u64),
    /// Grown to at least this many bytes.
    Grown(u64),
    /// A sync began, by this thread.
    SyncBegan(u32),
    /// It returned with success.
    SyncEnded(u32),
    Renamed {
        to: String,
    },
    Removed,
}

/// A system call as strace writes it.
struct Call<'a> {
    thread: u32,
    at: u64,
    name: &'a str,
    arguments: String,
    /// What the kernel answered; none while it has not.
    result: Option<i64>,
    /// The path of the descriptor that it answered with.
    opened: Option<String>,
    injected: bool,
}

/// Reads the lines of one traced process.
pub(super) struct Reader<'a> {
    folder: &'a str,
    /// Calls that have begun and not ended, by thread.
    begun: BTreeMap<u32, (u64, String)>,
    /// Where each descriptor stands; none where it writes at the end.
    positions: BTreeMap<i64, Option<u64>>,
}

impl<'a> Reader<'a> {
    /// A reader of what happens below a folder.
    pub(super) const fn new(folder: &'a str) -> Self {
        Self { folder, begun: BTreeMap::new(), positions: BTreeMap::new() }
    }

    /// Reads a line, and gives what it says of the folder.
    pub(super) fn read(&mut self, line: &str) -> anyhow::Result<Vec<Event>> {
        let Some((thread, line)) = number(line) else { return Ok(Vec::new()) };
        let thread = u32::try_from(thread)?;
        let Some((at, call)) = line.trim_start().split_once(' ') else { return Ok(Vec::new()) };
        let at = micros(at)?;
        if let Some(resumed) = call.strip_prefix("<... ") {
            let (_, rest) =
                resumed.split_once(" resumed>").context("a call resumed without end")?;
            let Some((began, head)) = self.begun.remove(&thread) else { return Ok(Vec::new()) };
            return self.call(thread, began, &format!("{head}{rest}"));
        }
        if let Some(head) = call.strip_suffix(" <unfinished ...>") {
            self.begun.insert(thread, (at, head.to_owned()));
            return self.call(thread, at, head);
        }
        let mut events = Vec::new();
        // A sync that ended on the line on which it began did both.
        if is_sync(call)
            && let Some((head, _)) = call.rsplit_once(") = ")
        {
            events.extend(self.call(thread, at, head)?);
        }
        events.extend(self.call(thread, at, call)?);
        Ok(events)
    }

    fn call(&mut self, thread: u32, at: u64, text: &str) -> anyhow::Result<Vec<Event>> {
        // Signals and exits have no argument list.
        let Some((name, rest)) = text.split_once('(') else { return Ok(Vec::new()) };
        let ended = rest.rsplit_once(") = ");
        let (arguments, answer) = match ended {
            Some((arguments, answer)) => (arguments, Some(answer)),
            None => (rest, None),
        };
        let call = Call {
            thread,
            at,
            name,
            arguments: arguments.to_owned(),
            result: answer.and_then(|answer| number(answer).map(|(result, _)| result)),
            opened: answer.and_then(bracketed),
            injected: answer.is_some_and(|answer| answer.contains("(INJECTED)")),
        };
        self.understand(&call)
    }

    fn understand(&mut self, call: &Call<'_>) -> anyhow::Result<Vec<Event>> {
        match (call.name, call.result) {
            ("fsync" | "fdatasync", None) => {
                self.on(call, |_, _| Ok(Some(What::SyncBegan(call.thread))))
            }
            // Told that it was synced, and it was not: a disk that lies.
            ("fsync" | "fdatasync", Some(0)) if !call.injected => {
                self.on(call, |_, _| Ok(Some(What::SyncEnded(call.thread))))
            }
            (_, None) => Ok(Vec::new()),
            (_, Some(result)) if result < 0 || call.injected => Ok(Vec::new()),
            ("open" | "openat" | "creat", Some(descriptor)) => Ok(self.opened(call, descriptor)),
            ("close", Some(_)) => {
                if let Some((descriptor, _)) = descriptor(&call.arguments) {
                    self.positions.remove(&descriptor);
                }
                Ok(Vec::new())
            }
            ("lseek", Some(now)) => {
                let descriptor = descriptor(&call.arguments).map(|(descriptor, _)| descriptor);
                if let Some(Some(position)) = descriptor.and_then(|at| self.positions.get_mut(&at))
                {
                    *position = u64::try_from(now)?;
                }
                Ok(Vec::new())
            }
            ("write" | "writev", Some(length)) => self.on(call, |reader, descriptor| {
                let bytes = written(&call.arguments, length)?;
                let length = bytes.len() as u64;
                Ok(Some(match reader.positions.get_mut(&descriptor) {
                    Some(Some(position)) => {
                        let at = *position;
                        *position += length;
                        What::Written { at, bytes }
                    }
                    Some(None) => What::Appended(bytes),
                    None => bail!("a descriptor that nobody opened: {}", call.arguments.len()),
                }))
            }),
            ("pwrite64", Some(length)) => self.on(call, |_, _| {
                let at = last(&call.arguments)?;
                Ok(Some(What::Written { at, bytes: written(&call.arguments, length)? }))
            }),
            ("ftruncate", Some(_)) => {
                self.on(call, |_, _| Ok(Some(What::Cut(last(&call.arguments)?))))
            }
            ("fallocate", Some(_)) => self.on(call, |_, _| {
                let numbers: Vec<u64> =
                    call.arguments.rsplit(", ").map_while(|text| text.parse().ok()).collect();
                let [length, from, 0] = numbers[..] else { bail!("an unknown kind of fallocate") };
                Ok(Some(What::Grown(from + length)))
            }),
            ("rename" | "renameat" | "renameat2" | "unlink" | "unlinkat", Some(_)) => {
                self.named(call)
            }
            // A folder is there wherever a file of it is.
            ("mkdir" | "mkdirat", Some(_)) => Ok(Vec::new()),
            (name, Some(_)) => self.on(call, |_, _| bail!("`{name}` is not understood")),
        }
    }

    /// What a call does to the file of its first descriptor, if that lies in the folder.
    fn on(
        &mut self,
        call: &Call<'_>,
        what: impl FnOnce(&mut Self, i64) -> anyhow::Result<Option<What>>,
    ) -> anyhow::Result<Vec<Event>> {
        let Some((descriptor, path)) = descriptor(&call.arguments) else { return Ok(Vec::new()) };
        let Some(path) = self.within(&path) else { return Ok(Vec::new()) };
        let what = what(self, descriptor).with_context(|| format!("{} of {path}", call.name))?;
        Ok(what.map(|what| Event { at: call.at, path, what }).into_iter().collect())
    }

    fn opened(&mut self, call: &Call<'_>, descriptor: i64) -> Vec<Event> {
        let Some(path) = call.opened.as_deref().and_then(|path| self.within(path)) else {
            return Vec::new();
        };
        let said = |flag: &str| call.arguments.contains(flag);
        self.positions.insert(descriptor, (!said("O_APPEND")).then_some(0));
        let mut events = Vec::new();
        if said("O_CREAT") {
            events.push(Event { at: call.at, path: path.clone(), what: What::Made });
        }
        if said("O_TRUNC") {
            events.push(Event { at: call.at, path, what: What::Cut(0) });
        }
        events
    }

    fn named(&self, call: &Call<'_>) -> anyhow::Result<Vec<Event>> {
        let paths: Vec<Option<String>> = strings(&call.arguments)?
            .into_iter()
            .map(|bytes| self.within(&String::from_utf8_lossy(&bytes)))
            .collect();
        let (path, what) = match &paths[..] {
            [Some(path)] => (path, What::Removed),
            [Some(from), Some(to)] => (from, What::Renamed { to: to.clone() }),
            [None] | [None, None] => return Ok(Vec::new()),
            _ => bail!("a name leaves the folder or enters it"),
        };
        Ok(vec![Event { at: call.at, path: path.clone(), what }])
    }

    /// The path from the folder. What lies in memory alone, and what has no name any more, is lost in
    /// a power cut in any case.
    fn within(&self, path: &str) -> Option<String> {
        let inside = path.strip_prefix(self.folder)?;
        let inside = if inside.is_empty() { inside } else { inside.strip_prefix('/')? };
        (!inside.ends_with("-shm")).then(|| inside.to_owned())
    }
}

fn is_sync(call: &str) -> bool {
    call.starts_with("fsync(") || call.starts_with("fdatasync(")
}

/// A whole number at the beginning of a text, and what is behind it.
fn number(text: &str) -> Option<(i64, &str)> {
    let text = text.trim_start();
    let end = text
        .char_indices()
        .find(|(at, one)| !(one.is_ascii_digit() || *at == 0 && *one == '-'))
        .map_or(text.len(), |(at, _)| at);
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// `1795976678.519298`, in microseconds.
fn micros(text: &str) -> anyhow::Result<u64> {
    let (seconds, fraction) = text.split_once('.').context("a moment without a fraction")?;
    ensure!(fraction.len() == 6, "a moment that is not in microseconds");
    Ok(seconds.parse::<u64>()? * 1_000_000 + fraction.parse::<u64>()?)
}

/// A descriptor and its path: `5</tmp/x>`.
fn descriptor(arguments: &str) -> Option<(i64, String)> {
    let (descriptor, rest) = number(arguments)?;
    if !rest.starts_with('<') || rest.split_once('>')?.1.starts_with("(deleted)") {
        return None;
    }
    Some((descriptor, bracketed(rest)?))
}

/// The text between `<` and `>`, unescaped.
fn bracketed(text: &str) -> Option<String> {
    let (_, rest) = text.split_once('<')?;
    let (inside, _) = rest.split_once('>')?;
    Some(String::from_utf8_lossy(&unescaped(inside).ok()?).into_owned())
}

/// Every string of an argument list.
fn strings(arguments: &str) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    let mut rest = arguments;
    while let Some((_, behind)) = rest.split_once('"') {
        let (inside, behind) = behind.split_once('"').context("a string without an end")?;
        ensure!(!behind.starts_with("..."), "strace cut a string off");
        found.push(unescaped(inside)?);
        rest = behind;
    }
    Ok(found)
}

/// What was written of what was to be written.
fn written(arguments: &str, length: i64) -> anyhow::Result<Vec<u8>> {
    let mut bytes = strings(arguments)?.concat();
    let length = usize::try_from(length)?;
    ensure!(length <= bytes.len(), "more was written than was given");
    bytes.truncate(length);
    Ok(bytes)
}

/// The number behind the last comma.
fn last(arguments: &str) -> anyhow::Result<u64> {
    let (_, number) = arguments.rsplit_once(", ").context("a call without a number at its end")?;
    Ok(number.parse()?)
}

/// `\x68\x65`: every byte in hexadecimal. Plain bytes stand for themselves.
fn unescaped(text: &str) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4);
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        if *first == b'\\' {
            let digits = behind.get(1..3).context("half of an escape")?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits)?, 16)?);
            rest = &behind[3..];
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    Ok(bytes)
}
