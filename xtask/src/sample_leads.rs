//! Writes the sample leads anew, `examples/leads`: three exports of a company that is made up, such as a
//! marketing tool gives them, with the dirt that real ones have. The same program writes the same bytes.

#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result};

use crate::shell::root;

/// Where they stand.
const FOLDER: &str = "examples/leads";
/// What the draws begin from.
const SEED: u64 = 2026;
/// Their first day is the 3rd of August 2026, a Monday; they come over thirteen weeks.
const DAYS: u64 = 91;

const FIRST: [&str; 32] = [
    "Anna", "Ben", "Carla", "David", "Elif", "Finn", "Grace", "Hanna", "Ivo", "Jana", "Kofi",
    "Lena", "Marek", "Nora", "Oskar", "Paula", "Quinn", "Rosa", "Samir", "Tara", "Uwe", "Vera",
    "Wim", "Xenia", "Yusuf", "Zoe", "Åsa", "José", "Chloé", "Björn", "Siobhán", "Łukasz",
];
const LAST: [&str; 32] = [
    "Adler",
    "Brook",
    "Costa",
    "Dorn",
    "Ekberg",
    "Fischer",
    "Grant",
    "Holt",
    "Ivers",
    "Jansen",
    "Keller",
    "Lund",
    "Moreau",
    "Novak",
    "Okafor",
    "Petit",
    "Quist",
    "Rossi",
    "Stone",
    "Tanaka",
    "Ueda",
    "Vidal",
    "Walsh",
    "Xu",
    "Yilmaz",
    "Zeman",
    "Müller",
    "O'Brien",
    "Núñez",
    "Lindqvist",
    "van Dijk",
    "Sørensen",
];
const STEMS: [&str; 24] = [
    "Alder", "Basalt", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Harbour", "Iris",
    "Juniper", "Kestrel", "Lumen", "Meridian", "Nimbus", "Opal", "Pine", "Quartz", "Raven",
    "Sable", "Tundra", "Umber", "Vale", "Willow", "Zenith",
];
const ENDS: [&str; 8] =
    ["Energy", "Finance", "Clinics", "Works", "Software", "Pumps", "Logistics", "Labs"];
/// A country as an export writes it, its code, and what its numbers begin with.
const COUNTRIES: [(&str, &str); 12] = [
    ("DE", "+49 30 5550"),
    ("DE", "+49 89 5550"),
    ("AT", "+43 1 5550"),
    ("CH", "+41 44 555 0"),
    ("GB", "+44 20 7946 0"),
    ("FR", "+33 1 5550 0"),
    ("SE", "+46 8 555 0"),
    ("US", "+1 212 555 0"),
    ("US", "+1 312 555 0"),
    ("BR", "+55 11 5550 0"),
    ("SG", "+65 6555 0"),
    ("JP", "+81 3 5550 0"),
];
const TITLES: [&str; 12] = [
    "CEO",
    "CFO",
    "CIO",
    "Head of Procurement",
    "VP Operations",
    "Managing Director",
    "Plant Manager",
    "IT Manager",
    "Buyer",
    "Engineer",
    "Consultant",
    "Student",
];
const MESSAGES: [&str; 8] = [
    "Please send a quote for three sites.",
    "We compare offers until the end of the month.",
    "Can somebody call me back this week?",
    "How long does it take to begin?",
    "Our contract with another supplier ends soon.",
    "Do you work with companies of our size?",
    "What does it cost, and what is included?",
    "I would like to see it before we decide.",
];

/// Numbers that look random and are always the same (splitmix64, Steele and others, 2014).
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Whether one of `of` cases is met.
    fn one_in(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

/// A company and somebody there.
struct Lead {
    created: String,
    first: &'static str,
    last: &'static str,
    email: String,
    phone: String,
    title: &'static str,
    company: String,
    country: &'static str,
    industry: &'static str,
    employees: String,
    consent: &'static str,
}

/// Small letters without accents, as addresses have them.
fn plain(name: &str) -> String {
    let letter = |c: char| match c {
        'å' | 'Å' | 'ä' | 'á' => 'a',
        'é' => 'e',
        'ö' | 'ø' | 'ó' => 'o',
        'ü' | 'ú' => 'u',
        'ñ' => 'n',
        'Ł' | 'ł' => 'l',
        other => other.to_ascii_lowercase(),
    };
    name.chars().map(letter).filter(char::is_ascii_alphanumeric).collect()
}

/// A moment of those weeks, as `2026-08-03 09:14`; more by day than by night.
fn moment(draw: &mut Draw) -> String {
    let day = draw.below(DAYS);
    let (month, day) = match day {
        0..=28 => (8, day + 3),
        29..=58 => (9, day - 28),
        _ => (10, day - 58),
    };
    let hour = if draw.one_in(6) { draw.below(24) } else { 8 + draw.below(10) };
    format!("2026-{month:02}-{day:02} {hour:02}:{:02}", draw.below(60))
}

fn lead(draw: &mut Draw) -> Lead {
    let (stem, end) = (draw.pick(&STEMS), draw.pick(&ENDS));
    let (country, phone) = draw.pick(&COUNTRIES);
    let industry = match end {
        "Energy" => "energy",
        "Finance" => "finance",
        "Clinics" | "Labs" => "healthcare",
        "Works" | "Pumps" => "manufacturing",
        "Software" => "software",
        _ => "",
    };
    let (first, last) = (draw.pick(&FIRST), draw.pick(&LAST));
    let company = format!("{stem} {end}");
    let domain = if draw.one_in(12) {
        "gmail.com".to_owned()
    } else {
        format!("{}-{}.example", plain(stem), plain(end))
    };
    let employees = match draw.below(10) {
        0 => String::new(),
        1 | 2 => (4 + draw.below(15)).to_string(),
        3..=5 => (20 + draw.below(180)).to_string(),
        6..=8 => (200 + draw.below(4_800)).to_string(),
        _ => (5_000 + draw.below(60_000)).to_string(),
    };
    Lead {
        created: moment(draw),
        first,
        last,
        email: format!("{}.{}@{domain}", plain(first), plain(last)),
        phone: if draw.one_in(4) {
            String::new()
        } else {
            format!("{phone}{:03}", draw.below(1_000))
        },
        title: draw.pick(&TITLES),
        company,
        country,
        industry,
        employees,
        consent: draw.pick(&["yes", "yes", "yes", "no", ""]),
    }
}

/// What became of a lead and who had it: known only afterwards.
fn ending(draw: &mut Draw, lead: &Lead) -> (&'static str, &'static str) {
    let good = !lead.industry.is_empty() && lead.title != "Student" && !lead.employees.is_empty();
    let status = match (good, draw.below(10)) {
        (true, 0..=3) => "Closed Won",
        (true, 4..=6) | (false, 0) => "Closed Lost",
        (true, _) | (false, 1..=3) => "Open",
        (false, _) => "Disqualified",
    };
    (status, draw.pick(&["A. Keller", "I. Ferreira", "R. Okada", "M. Tan"]))
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// An export of leads; `prefix` begins their ids, and `asks` is whether they write something.
fn export(draw: &mut Draw, prefix: &str, rows: usize, asks: bool) -> String {
    let mut text = String::from(
        "Lead ID,Created,First Name,Last Name,Email,Phone,Job Title,Company,Country,Industry,Employees,\
         E-mail Consent,Message,Lead Status,Lead Owner\n",
    );
    let mut leads: Vec<Lead> = (0..rows).map(|_| lead(draw)).collect();
    leads.sort_by(|one, other| one.created.cmp(&other.created));
    for (at, lead) in leads.iter().enumerate() {
        let (status, owner) = ending(draw, lead);
        // Somebody typed into a few cells what the others do not have.
        let email = match at % 50 {
            17 => lead.email.replace('@', " at "),
            31 => format!(" {} ", lead.email.to_uppercase()),
            _ => lead.email.clone(),
        };
        let created = if at % 50 == 42 { "soon".to_owned() } else { lead.created.clone() };
        let message = if asks { draw.pick(&MESSAGES) } else { "" };
        let employees = if at % 40 == 9 { "many" } else { &lead.employees };
        let cells = [
            &format!("{prefix}-{:04}", at + 1),
            &created,
            lead.first,
            lead.last,
            &email,
            &lead.phone,
            lead.title,
            &lead.company,
            lead.country,
            lead.industry,
            employees,
            lead.consent,
            message,
            status,
            owner,
        ];
        let cells: Vec<String> = cells.into_iter().map(|cell: &str| quoted(cell)).collect();
        writeln!(text, "{}", cells.join(",")).expect("writing to a string");
    }
    text
}

/// The files by name.
fn files() -> [(&'static str, String); 3] {
    let mut draw = Draw(SEED);
    [
        ("quote-requests.csv", export(&mut draw, "QR", 70, true)),
        ("contact-forms.csv", export(&mut draw, "CF", 150, true)),
        ("downloads.csv", export(&mut draw, "DL", 80, false)),
    ]
}

/// Writes them.
///
/// # Errors
/// Where a file cannot be written.
pub fn write() -> Result<()> {
    let folder = root().join(FOLDER);
    fs::create_dir_all(&folder).with_context(|| format!("making {FOLDER}"))?;
    for (name, text) in files() {
        fs::write(folder.join(name), text).with_context(|| format!("writing {name}"))?;
    }
    Ok(())
}
