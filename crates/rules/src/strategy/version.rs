//! What a version is the hash of: the parsed content of every file that decides.

use domain::fact::StrategyVersion;
use notation::{Csv, Data, Node};
use sha2::{Digest, Sha256};

/// Gathers the content of files, by name.
#[derive(Default)]
pub(super) struct Content(Sha256);

/// Maps whose order says something: the cells of a table stand in the order of its columns.
const ORDERED: [&str; 1] = ["columns"];

impl Content {
    pub(super) fn yaml(&mut self, name: &str, node: &Node) {
        self.text(name);
        self.node(node, false);
    }

    pub(super) fn csv(&mut self, name: &str, csv: &Csv) {
        self.text(name);
        self.0.update([b'c']);
        self.count(csv.header.len());
        for cell in &csv.header {
            self.text(&cell.text);
        }
        self.count(csv.rows.len());
        for cell in csv.rows.iter().flatten() {
            self.text(&cell.text);
        }
    }

    /// A file whose lines are its content; ends of lines do not count.
    pub(super) fn lines(&mut self, name: &str, text: &str) {
        self.text(name);
        self.0.update([b't']);
        let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
        self.count(lines.len());
        for line in lines {
            self.text(line);
        }
    }

    pub(super) fn version(self) -> StrategyVersion {
        let full = self.0.finalize();
        let mut version = [0; 16];
        version.copy_from_slice(&full[..16]);
        StrategyVersion(version)
    }

    fn node(&mut self, node: &Node, ordered: bool) {
        match &node.data {
            Data::Null => self.0.update([b'n']),
            Data::Scalar(scalar) => {
                self.0.update([b's']);
                self.text(scalar.text.trim());
            }
            Data::List(nodes) => {
                self.0.update([b'l']);
                self.count(nodes.len());
                for node in nodes {
                    self.node(node, false);
                }
            }
            Data::Map(pairs) => {
                self.0.update([b'm']);
                self.count(pairs.len());
                let mut pairs: Vec<_> = pairs.iter().collect();
                if !ordered {
                    pairs.sort_by(|(a, _), (b, _)| a.text.cmp(&b.text));
                }
                for (key, node) in pairs {
                    self.text(&key.text);
                    self.node(node, ORDERED.contains(&key.text.as_str()));
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.update(text.as_bytes());
    }

    fn count(&mut self, count: usize) {
        self.0.update((count as u64).to_be_bytes());
    }
}
