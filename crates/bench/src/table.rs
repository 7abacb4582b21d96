//! The table that is printed: what was measured, its reference, the ratio, the budget.

/// A row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measurement {
    /// What was done.
    pub(crate) what: String,
    /// What came of it, with its unit.
    pub(crate) ours: String,
    /// What the reference came to; empty where the budget is a figure.
    pub(crate) beside: String,
    /// What the budget is about, in words.
    pub(crate) came_to: String,
    /// The budget, in words.
    pub(crate) budget: String,
    /// Whether it is met; none where the row only tells.
    pub(crate) met: Option<bool>,
}

const HEAD: [&str; 6] = ["work", "ours", "reference", "came to", "budget", "met"];

/// Prints rows as a table that reads in a terminal and in Markdown.
pub(crate) fn print(rows: &[Measurement]) {
    let cells: Vec<[String; 6]> = rows.iter().map(cells).collect();
    let mut widths = HEAD.map(|head| head.chars().count());
    for row in &cells {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    line(&HEAD.map(str::to_owned), &widths);
    println!("|{}", widths.map(|width| "-".repeat(width + 2) + "|").concat());
    for row in &cells {
        line(row, &widths);
    }
}

fn cells(row: &Measurement) -> [String; 6] {
    let met = match row.met {
        Some(true) => "yes",
        Some(false) => "NO",
        None => "",
    };
    let Measurement { what, ours, beside, came_to, budget, .. } = row.clone();
    [what, ours, beside, came_to, budget, met.to_owned()]
}

fn line(cells: &[String; 6], widths: &[usize; 6]) {
    let padded: Vec<String> = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!(" {cell}{} ", " ".repeat(width - cell.chars().count())))
        .collect();
    println!("|{}|", padded.join("|"));
}

/// How many in a second, for people.
pub(crate) fn a_second(count: f64) -> String {
    let digits = format!("{count:.0}");
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped}/s")
}

/// Nanoseconds in the unit that reads best.
pub(crate) fn time(ns: f64) -> String {
    if ns < 1e3 {
        format!("{ns:.0} ns")
    } else if ns < 1e6 {
        format!("{:.2} µs", ns / 1e3)
    } else {
        format!("{:.2} ms", ns / 1e6)
    }
}

/// Bytes in the unit that reads best; a KB has a thousand.
pub(crate) fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{:.2} KB", count as f64 / 1e3),
        1_000_000.. => format!("{:.1} MB", count as f64 / 1e6),
    }
}
