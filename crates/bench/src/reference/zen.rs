//! The example's routes as a decision table of another engine: a program of its own in
//! `crates/bench/zen`, asked for one slice at a time between ours.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

/// The other engine, running.
pub(crate) struct Zen {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
}

/// What one lead took in a slice, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slice {
    /// Where every row is judged.
    pub(crate) every: f64,
    /// Where the first row that holds ends it.
    pub(crate) first: f64,
}

impl Zen {
    /// Starts it, where it was built beside this program.
    pub(crate) fn start() -> Option<Self> {
        let beside = std::env::current_exe().ok()?.with_file_name("bench-zen");
        let mut child =
            Command::new(beside).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let out = BufReader::new(child.stdout.take()?);
        Some(Self { child, out })
    }

    /// Asks for a slice.
    pub(crate) fn slice(&mut self) -> Slice {
        let input = self.child.stdin.as_mut().expect("it reads");
        writeln!(input).and_then(|()| input.flush()).expect("it reads");
        let mut line = String::new();
        self.out.read_line(&mut line).expect("it answers");
        let mut figures = line.split_whitespace().map(|figure| figure.parse().expect("a figure"));
        let mut next = || figures.next().expect("two figures");
        Slice { every: next(), first: next() }
    }
}

impl Drop for Zen {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
