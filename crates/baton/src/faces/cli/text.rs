//! Text on a terminal: numbers as people read them, lines that fit, columns that stand below one
//! another. What came from outside moves no cursor.

use crate::faces::shell_word::shell_word;

// Numbers are written as on pages.
pub(super) use pages::text::{count as counted, thousands};

/// A count with its word: `1 row`, `2 rows`.
pub(super) fn count(number: u64, word: &str) -> String {
    counted(number, word, &format!("{word}s"))
}

/// A path or a value that somebody typed, in one line.
pub(super) fn shown_path(path: &std::path::Path) -> String {
    plain(&path.display().to_string())
}

/// A word as a shell reads it whole.
pub(super) fn quoted(word: &str) -> String {
    shell_word(&plain(word))
}

/// A text with every control character and mark of direction made visible.
pub(super) fn plain(text: &str) -> String {
    let odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
    };
    text.chars().map(|c| if odd(c) { '·' } else { c }).collect()
}

/// The same, cut to so many characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    let text = plain(text);
    if text.chars().count() <= most {
        return text;
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// Lines of at most so many columns; those after the first begin with `indent`. Blanks in front stay,
/// and colours take no room.
pub(super) fn wrapped(text: &str, columns: usize, indent: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let words = paragraph.trim_start();
        let mut line = paragraph[..paragraph.len() - words.len()].to_owned();
        let mut fresh = true;
        for word in words.split(' ') {
            if !fresh && width(&line) + 1 + width(word) > columns {
                lines.push(std::mem::replace(&mut line, indent.to_owned()));
                fresh = true;
            }
            if !fresh {
                line.push(' ');
            }
            line.push_str(word);
            fresh = false;
        }
        lines.push(line);
    }
    lines
}

/// A moment to the minute, with its zone: `2026-11-20 13:38 UTC`.
pub(super) fn minute(moment: domain::Moment) -> String {
    let text = moment.to_string();
    format!("{} {} UTC", &text[..10], &text[11..16])
}

/// A moment to the minute for a column whose head has the zone; a dash for none.
pub(super) fn minute_cell(moment: Option<domain::Moment>) -> String {
    moment
        .map_or_else(|| "-".to_owned(), |moment| minute(moment).trim_end_matches(" UTC").to_owned())
}

/// The day of a moment, with its zone: `2026-11-20 UTC`.
pub(super) fn day(moment: domain::Moment) -> String {
    format!("{:.10} UTC", moment.to_string())
}

/// How many columns a text takes, without its colours.
pub(super) fn width(text: &str) -> usize {
    let mut count = 0;
    let mut escape = false;
    for c in text.chars() {
        match c {
            '\u{1b}' => escape = true,
            'm' if escape => escape = false,
            _ if escape => {}
            _ => count += 1,
        }
    }
    count
}

/// Rows in columns that stand below one another, two blanks apart. `right` are the columns of
/// numbers.
pub(super) fn columns(rows: &[Vec<String>], right: &[usize]) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest: Vec<usize> = (0..count)
        .map(|at| rows.iter().filter_map(|row| row.get(at)).map(|cell| width(cell)).max())
        .map(Option::unwrap_or_default)
        .collect();
    let line = |row: &Vec<String>| {
        let mut line = String::new();
        for (at, cell) in row.iter().enumerate() {
            let room = " ".repeat(widest[at] - width(cell));
            if right.contains(&at) {
                line.push_str(&room);
                line.push_str(cell);
            } else {
                line.push_str(cell);
                line.push_str(&room);
            }
            line.push_str("  ");
        }
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// The narrowest that a column is made, so that something can still be read in it.
const COLUMN_MIN: usize = 8;

/// The same in at most so many columns, below a first row of heads: the widest cells go on in the next line.
/// Nothing is left out, and ids, moments and states are whole.
pub(super) fn fitted(rows: &[Vec<String>], right: &[usize], most: usize) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cells = |at: usize| rows.iter().filter_map(move |row| row.get(at));
    let is_fixed = |at: usize| cells(at).skip(1).any(|cell| is_whole(cell));
    let mut widths: Vec<usize> =
        (0..count).map(|at| cells(at).map(|cell| width(cell)).max().unwrap_or(0)).collect();
    loop {
        let whole = widths.iter().sum::<usize>() + 2 * count.saturating_sub(1);
        let surplus = whole.saturating_sub(most);
        let loose = (0..count).filter(|at| widths[*at] > COLUMN_MIN && !is_fixed(*at));
        let Some(at) = loose.max_by_key(|at| widths[*at]).filter(|_| surplus > 0) else { break };
        // Half of what is too much, at least: two long columns share the loss.
        widths[at] = widths[at].saturating_sub(surplus.div_ceil(2)).max(COLUMN_MIN);
    }
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let cells: Vec<Vec<String>> =
            row.iter().zip(&widths).map(|(cell, room)| broken(cell, *room)).collect();
        let depth = cells.iter().map(Vec::len).max().unwrap_or(0);
        lines.extend((0..depth).map(|line| {
            let part = |cell: &Vec<String>| cell.get(line).cloned().unwrap_or_default();
            cells.iter().map(part).collect::<Vec<String>>()
        }));
    }
    columns(&lines, right)
}

/// A cell in lines of at most so many columns, at its blanks where it has some.
fn broken(cell: &str, room: usize) -> Vec<String> {
    if width(cell) <= room || is_whole(cell) {
        return vec![cell.to_owned()];
    }
    let mut lines = Vec::new();
    for line in wrapped(cell, room, "") {
        let letters: Vec<char> = line.chars().collect();
        lines.extend(letters.chunks(room.max(1)).map(|part| part.iter().collect::<String>()));
    }
    lines
}

/// Whether a cell stays as it is: an id, which people copy into the next command, a moment, or a state, which
/// is coloured.
fn is_whole(cell: &str) -> bool {
    cell.contains('\u{1b}') || is_id(cell) || is_moment(cell)
}

/// Whether a cell is a moment to the minute, with or without its year.
fn is_moment(cell: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | ' ');
    let bare = cell.trim().trim_end_matches(" UTC");
    bare.contains(':') && bare.contains(' ') && bare.chars().all(is_part)
}

/// Whether a cell is one of our ids: people copy it into the next command.
fn is_id(cell: &str) -> bool {
    let id = cell.trim().split_once('-').filter(|(letter, _)| letter.len() == 1);
    id.is_some_and(|(_, rest)| rest.len() == 16 && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests;
