# Who asks for a quote is handed off at once, to somebody who knows the industry and is there.
story: a plant manager in Germany asks for a quote
who:
  email: kim.reuter@stadtwerk-nord.example
  account.industry: energy
  account.country: DE
  account.employees: 900
  person.first_name: Kim
did:
  - { at: 2026-11-24T09:10:00+01:00, signal: page.viewed, path: /pricing }
  - { at: 2026-11-25T11:00:00+01:00, signal: form.quote }
then:
  decision: hand off
  kind: marketing-to-sales
  state: offered
  route: Energy DACH
  pool: energy-dach
  owner: p.roth
  because: [route-matched]
  not: { a.keller: owed-less }
