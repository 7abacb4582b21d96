//! The real program, run in a folder of its own.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::program::program;

/// A place with a data folder that is not there yet, and room for files beside it.
pub(crate) struct Place {
    folder: TempDir,
}

/// How a call ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(arguments).arg("--data").arg(self.data()).current_dir(self.folder.path());
        command.env_remove("BATON_DATA").stdin(Stdio::null());
        command
    }

    /// Runs a verb to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        ended(self.command(arguments).output().unwrap())
    }

    /// Runs a verb with something on standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Ended {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        ended(child.wait_with_output().unwrap())
    }

    /// Runs lines as a shell does, over this data folder and with `baton` on the path.
    pub(crate) fn shell(&self, lines: &str) -> Ended {
        let bin = self.path("bin");
        std::fs::create_dir_all(&bin).unwrap();
        std::os::unix::fs::symlink(program(), bin.join("baton")).unwrap();
        let mut command = Command::new("sh");
        command.args(["-eu", "-c", &format!("PATH=\"$PWD/bin:$PATH\"\n{lines}")]);
        command.current_dir(self.folder.path()).env("BATON_DATA", self.data());
        ended(command.output().unwrap())
    }

    /// Starts a verb whose output nobody reads.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Starts a verb whose standard error is heard.
    pub(crate) fn start_heard(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Runs a verb that must end with 0, and reads the JSON that stands alone on its output.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let mut all = arguments.to_vec();
        all.push("--json");
        let ended = self.run(&all);
        assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.err);
        ended.json()
    }

    /// Runs a list that must end with 0, and reads the object of each line.
    #[track_caller]
    pub(crate) fn rows(&self, arguments: &[&str]) -> Vec<Value> {
        let ended = self.run(&[arguments, &["--json"]].concat());
        assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.err);
        ended
            .out
            .lines()
            .map(|line| serde_json::from_str(line).expect("an object a line"))
            .collect()
    }

    /// Whether a text stands in clear in any file of the data folder.
    pub(crate) fn holds(&self, text: &str) -> bool {
        let files = std::fs::read_dir(self.data()).unwrap();
        files.into_iter().any(|file| {
            let bytes = std::fs::read(file.unwrap().path()).unwrap_or_default();
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        })
    }
}

impl Ended {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let read = serde_json::from_str(&self.out);
        read.unwrap_or_else(|error| panic!("no JSON alone ({error}): {}", self.out))
    }

    /// Exit code, and the code of the error that is told.
    #[track_caller]
    pub(crate) fn failed(&self, exit: i32, code: &str) {
        assert_eq!(self.code, Some(exit), "{}{}", self.out, self.err);
        assert!(self.err.contains(&format!("error[{code}]")), "no {code} in: {}", self.err);
        assert!(self.out.is_empty(), "a failure says nothing on standard output: {}", self.out);
    }
}

fn ended(output: Output) -> Ended {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (code, out, err) = (output.status.code(), text(&output.stdout), text(&output.stderr));
    assert!(!err.contains("panicked"), "{err}");
    Ended { code, out, err }
}

/// The strategy of the examples that is meant for a file of leads.
pub(crate) fn example(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.join("examples").join(path).canonicalize().unwrap().display().to_string()
}
