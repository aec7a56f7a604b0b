import { type Browser, firefox } from "playwright-core";
import { requireTool } from "./tools.ts";

/** What Playwright asks of every Firefox it starts, and the one Debian has does not know: then colours stay as they are. */
const UNKNOWN_HERE = "emulation.setMediaFeaturesOverride";

type Session = { send(method: string, params: object): Promise<unknown> };
type Insides = { _connection: { toImpl(browser: Browser): { _browserSession: Session } } };

/** Debian's Firefox, by WebDriver BiDi. JavaScript cannot be switched off in it, nor the colour scheme be chosen. */
export async function openFirefox(): Promise<Browser> {
  const browser = await firefox.launch({ channel: "moz-firefox", executablePath: requireTool("firefox") });
  const session = (browser as unknown as Insides)._connection.toImpl(browser)._browserSession;
  const everySession = Object.getPrototypeOf(session) as Session;
  const { send } = everySession;
  everySession.send = function (method, params) {
    return method === UNKNOWN_HERE ? Promise.resolve({}) : send.call(this, method, params);
  };
  return browser;
}
