// An identity provider by somebody else, and people who sign in with it: each begins at the server, signs in
// at the provider and comes back. The last line says how it went for each.
import { Provider } from 'oidc-provider'

const { HOST, ISSUER, SECRET, ACCOUNTS } = process.env
const accounts = JSON.parse(ACCOUNTS)

const provider = new Provider(ISSUER, {
  clients: [{
    client_id: 'baton',
    client_secret: SECRET,
    redirect_uris: [`${HOST}/sign-in/oidc/callback`],
    grant_types: ['authorization_code'],
    response_types: ['code'],
  }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  pkce: { required: () => true },
  findAccount: (context, id) => ({ accountId: id, claims: async () => ({ sub: id, ...accounts[id] }) }),
})

// A browser that keeps cookies for each of the two hosts.
const browser = () => {
  const kept = new Map()
  return async (address, form) => {
    const { host } = new URL(address)
    const cookies = [...(kept.get(host) ?? new Map())].map(([name, value]) => `${name}=${value}`)
    const answer = await fetch(address, {
      method: form ? 'POST' : 'GET',
      headers: { accept: 'text/html', cookie: cookies.join('; ') },
      body: form && new URLSearchParams(form),
      redirect: 'manual',
    })
    const jar = kept.get(host) ?? kept.set(host, new Map()).get(host)
    for (const cookie of answer.headers.getSetCookie()) {
      const [name, value] = cookie.split(';')[0].split('=')
      jar.set(name, value)
    }
    const to = answer.headers.get('location')
    return { status: answer.status, page: await answer.text(), to: to && new URL(to, address).href }
  }
}

const STEPS_MAX = 20
const signsIn = async (account) => {
  const open = browser()
  let address = `${HOST}/sign-in/oidc?next=%2Fme`
  let answer = await open(address)
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const form = answer.page.match(/<form[^>]*action="([^"]+)"/)
    const asks = answer.page.match(/name="prompt" value="(\w+)"/)
    if (answer.to) {
      address = answer.to
      answer = await open(address)
    } else if (address.startsWith(ISSUER) && form && asks) {
      address = new URL(form[1], address).href
      answer = await open(address, { prompt: asks[1], login: account, password: 'anything' })
    } else {
      break
    }
  }
  return { account, address: address.split('?')[0], status: answer.status, page: answer.page }
}

const listening = provider.listen(Number(new URL(ISSUER).port), '127.0.0.1', async () => {
  const went = []
  for (const account of Object.keys(accounts)) went.push(await signsIn(account))
  console.log(JSON.stringify(went))
  listening.close()
  listening.closeAllConnections()
})
