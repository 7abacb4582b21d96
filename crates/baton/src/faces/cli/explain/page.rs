//! A page of Markdown as lines for a terminal: paragraphs are filled to its width, code stays as it is.

use crate::faces::cli::text::wrapped;

/// A line of a page.
pub(super) enum Line {
    /// A heading, without its marks.
    Heading(String),
    /// Anything else.
    Text(String),
}

/// The first sentence of a page, behind its title.
pub(super) fn says(page: &str) -> String {
    let paragraph: Vec<&str> = page
        .lines()
        .skip(1)
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty())
        .collect();
    without_links(&paragraph.join(" "))
}

/// The lines of a page, each at most so wide where it is no code.
pub(super) fn lines(page: &str, columns: usize) -> Vec<Line> {
    let mut filled = Filled { columns, paragraph: String::new(), indent: "", out: Vec::new() };
    let mut is_code = false;
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            filled.end();
            is_code = !is_code;
        } else if is_code {
            filled.out.push(Line::Text(format!("    {line}")));
        } else if line.is_empty() {
            filled.end();
            filled.out.push(Line::Text(String::new()));
        } else if line.starts_with('#') {
            filled.end();
            let title = line.trim_start_matches('#').trim();
            filled.out.push(Line::Heading(title.replace('`', "")));
        } else if line.starts_with('|') {
            filled.end();
            filled.row(line);
        } else if is_item(line) {
            filled.end();
            filled.indent = "  ";
            filled.add(line);
        } else {
            filled.add(line);
        }
    }
    filled.end();
    filled.out
}

/// Whether a line begins an item of a list.
fn is_item(line: &str) -> bool {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    line.starts_with("- ") || digits > 0 && line[digits..].starts_with(". ")
}

/// Paragraphs that are filled to a width.
struct Filled {
    columns: usize,
    paragraph: String,
    /// What lines of the paragraph begin with after the first.
    indent: &'static str,
    out: Vec<Line>,
}

impl Filled {
    fn add(&mut self, line: &str) {
        if !self.paragraph.is_empty() {
            self.paragraph.push(' ');
        }
        self.paragraph.push_str(line.trim_start());
    }

    /// A row of a table as an item of a list.
    fn row(&mut self, line: &str) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        if cells.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':'))) {
            return;
        }
        self.indent = "  ";
        self.add(&format!("- {}", cells.join(" | ")));
        self.end();
    }

    fn end(&mut self) {
        if !self.paragraph.is_empty() {
            let text = without_links(&self.paragraph);
            self.out.extend(wrapped(&text, self.columns, self.indent).into_iter().map(Line::Text));
            self.paragraph.clear();
        }
        self.indent = "";
    }
}

/// A text whose links are their words, followed by what to ask for or where to look.
fn without_links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("](") {
        let Some((start, target)) = before.rfind('[').zip(behind.split_once(')')) else { break };
        let (target, after) = target;
        let words = &before[start + 1..];
        out.push_str(&before[..start]);
        out.push_str(words);
        let page = target.split('#').next().unwrap_or_default();
        let code = page.rsplit('/').next().unwrap_or_default();
        let code = code.strip_suffix(".md").unwrap_or_default();
        if target.contains("://") {
            out.extend([" (", target, ")"]);
        } else if !code.is_empty() && code != words.trim_matches('`') {
            out.extend([" (baton explain ", code, ")"]);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests;
