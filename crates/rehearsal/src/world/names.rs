//! Names: of people in several tongues, of companies, of what they do and read. All invented; a
//! likeness is chance.

/// How people are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameOrigin {
    German,
    English,
    Romance,
    Northern,
    Slavic,
    Eastern,
    Indian,
}

impl NameOrigin {
    /// First names.
    pub(crate) const fn first(self) -> &'static [&'static str] {
        match self {
            Self::German => GERMAN_FIRST,
            Self::English => ENGLISH_FIRST,
            Self::Romance => ROMANCE_FIRST,
            Self::Northern => NORTHERN_FIRST,
            Self::Slavic => SLAVIC_FIRST,
            Self::Eastern => EASTERN_FIRST,
            Self::Indian => INDIAN_FIRST,
        }
    }

    /// Last names.
    pub(crate) const fn last(self) -> &'static [&'static str] {
        match self {
            Self::German => GERMAN_LAST,
            Self::English => ENGLISH_LAST,
            Self::Romance => ROMANCE_LAST,
            Self::Northern => NORTHERN_LAST,
            Self::Slavic => SLAVIC_LAST,
            Self::Eastern => EASTERN_LAST,
            Self::Indian => INDIAN_LAST,
        }
    }
}

const GERMAN_FIRST: &[&str] = &[
    "Anneliese",
    "Bastian",
    "Carla",
    "Dietmar",
    "Elke",
    "Fabian",
    "Gesine",
    "Henrik",
    "Ilse",
    "Jörg",
    "Käthe",
    "Lorenz",
    "Mareike",
    "Niklas",
    "Ottilie",
    "Rüdiger",
    "Silke",
    "Thorben",
    "Ulrike",
    "Wiebke",
];

const ENGLISH_FIRST: &[&str] = &[
    "Abigail", "Barnaby", "Cora", "Duncan", "Edith", "Fergus", "Gwen", "Hazel", "Ira", "Jasper",
    "Keira", "Leland", "Mabel", "Nolan", "Opal", "Quentin", "Rosalind", "Silas", "Tamsin",
    "Wesley",
];

const ROMANCE_FIRST: &[&str] = &[
    "Adélie",
    "Bruno",
    "Concha",
    "Dário",
    "Elvira",
    "Fabrizio",
    "Gaël",
    "Inês",
    "Joaquín",
    "Lívia",
    "Maëlle",
    "Núria",
    "Octavio",
    "Paola",
    "Raúl",
    "Séverine",
    "Tiago",
    "Úrsula",
    "Vittorio",
    "Ximena",
];

const NORTHERN_FIRST: &[&str] = &[
    "Åse", "Bjarne", "Dagny", "Espen", "Frida", "Gunnar", "Hedvig", "Ivar", "Jorunn", "Kaj",
    "Linnea", "Mads", "Nanna", "Olaf", "Pernille", "Ragna", "Sander", "Tove", "Ulf", "Ylva",
];

const SLAVIC_FIRST: &[&str] = &[
    "Agnieszka",
    "Bogdan",
    "Dorota",
    "Eliška",
    "Filip",
    "Grażyna",
    "Honza",
    "Irena",
    "Jarek",
    "Kamila",
    "Lubomír",
    "Magda",
    "Oldřich",
    "Petra",
    "Radek",
    "Sylwia",
    "Tomasz",
    "Urszula",
    "Vojtěch",
    "Zuzana",
];

const EASTERN_FIRST: &[&str] = &[
    "Akira", "Bo-ra", "Chiyo", "Daiki", "Eun-ji", "Fang", "Guo", "Hana", "Isamu", "Jae-won",
    "Kaori", "Ling", "Min-jun", "Naoko", "Ren", "Shuchang", "Tae-yang", "Umeko", "Xiulan", "Yuto",
];

const INDIAN_FIRST: &[&str] = &[
    "Aditi", "Bhaskar", "Chitra", "Dev", "Esha", "Farhan", "Gauri", "Harish", "Indu", "Jatin",
    "Kavita", "Lalit", "Meera", "Nikhil", "Omana", "Pooja", "Rohan", "Shreya", "Tarun", "Vidya",
];

const GERMAN_LAST: &[&str] = &[
    "Ackermann",
    "Bräunlich",
    "Dornbusch",
    "Eichstädt",
    "Fürstenau",
    "Grünwald",
    "Hasselbach",
    "Immenhof",
    "Jungblut",
    "Kesselring",
    "Lindenblatt",
    "Mühlbauer",
    "Niedermoser",
    "Oberländer",
    "Pfeiffenberg",
    "Quandtner",
    "Rosenhag",
    "Steinacker",
    "Uhlenbrock",
    "Zwirner",
];

const ENGLISH_LAST: &[&str] = &[
    "Ashdown",
    "Birchfield",
    "Coldwell",
    "Dunmore",
    "Eastlake",
    "Fenwright",
    "Garrowby",
    "Hathersage",
    "Inglethorpe",
    "Kettering",
    "Larkspur",
    "Merriweather",
    "Northcote",
    "Oakhurst",
    "Pemberley",
    "Ravensworth",
    "Stallard",
    "Thistlewood",
    "Underhill",
    "Wexcombe",
];

const ROMANCE_LAST: &[&str] = &[
    "Albarracín",
    "Beaurivage",
    "Carvalhal",
    "Dellacqua",
    "Espinar",
    "Fontanelle",
    "Guimarães",
    "Herbelin",
    "Iglesiano",
    "Lacombrade",
    "Montefiori",
    "Navascués",
    "Oliveirinha",
    "Peñalver",
    "Quattrini",
    "Rochebrune",
    "Santibáñez",
    "Tavarela",
    "Urrutiaga",
    "Vercellone",
];

const NORTHERN_LAST: &[&str] = &[
    "Aaldering",
    "Bergqvist",
    "Dalgaard",
    "Ekelund",
    "Fjeldstad",
    "Grönholm",
    "Hallingdal",
    "Ingvarsson",
    "Kjærsgård",
    "Lindgaarden",
    "Myrdalsen",
    "Nordvik",
    "Østergren",
    "Poldervaart",
    "Rautavaara",
    "Sjöstrand",
    "Tuominen",
    "Ulfhielm",
    "Vandersteen",
    "Zandvliet",
];

const SLAVIC_LAST: &[&str] = &[
    "Adamczewska",
    "Borkowiec",
    "Čermáková",
    "Dvořáček",
    "Falkowski",
    "Gawroński",
    "Hořínek",
    "Jabłoński",
    "Kolářová",
    "Lesiecki",
    "Malinowicz",
    "Němcová",
    "Ostrowidz",
    "Poláček",
    "Rzepecki",
    "Sokolnicka",
    "Tvrdík",
    "Wiśniowiecka",
    "Záruba",
    "Żuraw",
];

const EASTERN_LAST: &[&str] = &[
    "Aoshima",
    "Bak",
    "Chikamori",
    "Deng",
    "Fukumoto",
    "Goh",
    "Hirasawa",
    "Ishigami",
    "Jeong",
    "Kuroda",
    "Lim",
    "Miyasato",
    "Noh",
    "Ouyang",
    "Qiu",
    "Ryu",
    "Shimabuku",
    "Teo",
    "Uehara",
    "Zhao",
];

const INDIAN_LAST: &[&str] = &[
    "Acharekar",
    "Bhagwat",
    "Chandrashekar",
    "Deshmukhi",
    "Engineerwala",
    "Fernandes",
    "Gokhale",
    "Hegdekar",
    "Iyengari",
    "Jadhavar",
    "Kulkarnee",
    "Lokhande",
    "Mukherjeewar",
    "Nambiarat",
    "Pillaichand",
    "Raghunathan",
    "Subramani",
    "Tripathee",
    "Unnikrishna",
    "Venkataraman",
];

/// The first half of a company's name.
pub(crate) const STEMS: &[&str] = &[
    "Alder", "Amber", "Anchor", "Arbor", "Aurora", "Basalt", "Beacon", "Birch", "Bluff", "Bramble",
    "Breeze", "Bronze", "Canyon", "Cedar", "Cinder", "Clover", "Cobalt", "Copper", "Coral",
    "Crest", "Delta", "Drift", "Dune", "Elm", "Ember", "Falcon", "Fern", "Fjord", "Flint", "Forge",
    "Garnet", "Glacier", "Grove", "Harbor", "Haven", "Hazel", "Heath", "Heron", "Hollow", "Indigo",
    "Iron", "Ivory", "Jade", "Juniper", "Kestrel", "Lagoon", "Larch", "Laurel", "Lichen", "Linden",
    "Lotus", "Lumen", "Maple", "Marble", "Meadow", "Mesa", "Mistral", "Moor", "Moss", "Nimbus",
    "North", "Oak", "Ochre", "Onyx", "Opal", "Orchard", "Osprey", "Pebble", "Pine", "Prairie",
    "Quarry", "Quartz", "Raven", "Reed", "Ridge", "River", "Rowan", "Saffron", "Sage", "Sierra",
    "Silver", "Slate", "Solstice", "Spruce", "Summit", "Tamarisk", "Tern", "Thistle", "Timber",
    "Tundra", "Umber", "Vale", "Willow", "Zenith",
];

/// The second half of a company's name.
pub(crate) const TAILS: &[&str] = &[
    "bank", "base", "beam", "bridge", "brook", "cast", "chain", "check", "core", "craft", "dale",
    "desk", "field", "flow", "fold", "frame", "gate", "gear", "glass", "grid", "guard", "hub",
    "keep", "lab", "lane", "leaf", "lift", "light", "line", "link", "loop", "mark", "mill", "mind",
    "net", "path", "peak", "pier", "plan", "point", "port", "press", "pulse", "rail", "root",
    "scale", "scope", "seed", "shift", "shore", "span", "spark", "spring", "stack", "stead",
    "stone", "stream", "tech", "track", "trade", "vault", "wave", "well", "wind", "works", "yard",
];

/// What companies do, with how many do it.
pub(crate) const INDUSTRIES: &[(&str, u32)] = &[
    ("energy", 12),
    ("finance", 14),
    ("healthcare", 13),
    ("manufacturing", 17),
    ("software", 18),
    ("retail", 8),
    ("logistics", 7),
    ("education", 5),
    ("media", 4),
    ("public sector", 2),
];

/// What people are, with how many are it.
pub(crate) const TITLES: &[(&str, u32)] = &[
    ("CEO", 3),
    ("CFO", 3),
    ("CIO", 3),
    ("COO", 3),
    ("Managing Director", 3),
    ("VP Operations", 4),
    ("Head of Procurement", 4),
    ("Head of IT", 7),
    ("Head of Marketing", 6),
    ("Operations Manager", 10),
    ("Project Manager", 12),
    ("Solutions Architect", 9),
    ("Data Analyst", 10),
    ("Software Engineer", 12),
    ("Office Manager", 5),
    ("Intern", 4),
    ("Student", 2),
];

/// Pages that visitors look at, with how many look at them.
pub(crate) const PAGES: &[(&str, &str, u32)] = &[
    ("/", "Home", 22),
    ("/product", "Product", 16),
    ("/product/routing", "Routing", 9),
    ("/product/briefs", "Briefs", 7),
    ("/pricing", "Pricing", 12),
    ("/customers", "Customers", 8),
    ("/customers/harbourlight", "How Harbourlight answers in minutes", 4),
    ("/docs", "Documentation", 9),
    ("/docs/strategy", "Write a strategy", 6),
    ("/blog/speed-to-lead", "Speed to lead, measured", 8),
    ("/blog/fair-rotation", "What a fair rotation is", 5),
    ("/security", "Security", 6),
    ("/careers", "Careers", 4),
    ("/about", "About", 5),
];

/// What is there to download.
pub(crate) const ASSETS: &[&str] = &[
    "Speed-to-lead benchmark 2026",
    "Lead routing checklist",
    "Buyer's guide to handoffs",
    "ROI calculator",
    "Architecture whitepaper",
];

/// Web seminars.
pub(crate) const WEBINARS: &[&str] =
    &["Handoffs that hold", "Fair rotation in practice", "Consent without tears"];

/// Campaigns: name, channel.
pub(crate) const CAMPAIGNS: &[(&str, &str, &str)] = &[
    ("autumn-energy", "google", "cpc"),
    ("speed-to-lead", "linkedin", "paid-social"),
    ("partner-referral", "partner", "referral"),
    ("retarget-q4", "google", "display"),
    ("newsletter-oct", "newsletter", "email"),
];

/// Mailings of the ninety days: name, day, hour in UTC.
pub(crate) const MAILINGS: &[(&str, i64, i64)] = &[
    ("welcome-autumn", 4, 7),
    ("benchmark-launch", 18, 8),
    ("webinar-invite-1", 31, 9),
    ("customer-stories", 45, 7),
    ("webinar-invite-2", 60, 9),
    ("q4-offer", 73, 8),
    ("year-end", 86, 7),
];

/// Where people have an address of their own.
pub(crate) const FREE_MAIL: &[&str] =
    &["gmail.com", "gmx.de", "outlook.com", "hotmail.com", "icloud.com"];

/// A name as it stands in an address: lower case, ASCII letters alone.
pub(crate) fn in_address(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' => out.push(letter),
            'ä' | 'æ' => out.push_str("ae"),
            'ö' | 'ø' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'å' | 'á' | 'ã' | 'à' => out.push('a'),
            'é' | 'è' | 'ë' | 'ê' | 'ě' => out.push('e'),
            'í' | 'ì' => out.push('i'),
            'ó' | 'õ' => out.push('o'),
            'ú' | 'ů' => out.push('u'),
            'ñ' | 'ń' => out.push('n'),
            'č' | 'ç' => out.push('c'),
            'š' | 'ś' => out.push('s'),
            'ř' => out.push('r'),
            'ž' | 'ż' => out.push('z'),
            'ł' => out.push('l'),
            _ => {}
        }
    }
    out
}
