/** What a rendered robot message holds, taken out of its JSON for tests: the text with its markup, and every link. */
import type { KindName } from '../../src/model/names.ts';

export interface ReadMessage {
  /** False for the plain types of DingTalk, WeCom and Feishu, where brackets are only brackets. */
  markup: boolean;
  /** Every string in which the platform reads markup. */
  texts: string[];
  /** Targets of all links, in text and in buttons, once each. */
  links: Set<string>;
  /** URLs that stand in a text outside our own links: a client might make links of them. */
  bare: string[];
}

interface Json {
  [key: string]: Json & string & Json[];
}

const MARKDOWN_LINK = /\[([^\]]*)\]\(([^)]*)\)/g;
const SLACK_LINK = /<([^|>]*)\|([^>]*)>/g;

export function readMessage(kind: KindName, message: string): ReadMessage {
  const { markup = true, texts, buttons = [] } = partsOf(kind, JSON.parse(message) as Json);
  const links = new Set(buttons);
  const bare: string[] = [];
  for (const text of texts) {
    let rest = text;
    if (kind === 'slack')
      rest = text.replace(SLACK_LINK, (_, url: string, label: string) =>
        taken(url.replaceAll('&amp;', '&'), label),
      );
    else if (markup) rest = text.replace(MARKDOWN_LINK, (_, label: string, url: string) => taken(url, label));
    bare.push(...(rest.match(/https?:\/\/[^\s]*|\bwww\.[^\s]*/gi) ?? []));
  }
  return { markup, texts, links, bare };

  function taken(url: string, label: string): string {
    links.add(url);
    return label;
  }
}

interface Parts {
  markup?: boolean;
  texts: string[];
  buttons?: string[];
}

function partsOf(kind: KindName, message: Json): Parts {
  const { actionCard, markdown, text, content, card } = message;
  if (actionCard !== undefined)
    return { texts: [actionCard.title!, actionCard.text!], buttons: [pageOf(actionCard.singleURL!)] };
  if (markdown !== undefined)
    return { texts: [markdown.title, markdown.text, markdown.content].filter(one => one !== undefined) };
  if (kind === 'slack') {
    const blocks: Json[] = message.blocks ?? [];
    return { texts: [text!, ...blocks.map(block => block.text!.text!)] };
  }
  if (card === undefined) return { markup: false, texts: [(text ?? content)!.content ?? content!.text!] };
  const elements: Json[] = card.body!.elements!;
  return {
    texts: elements.filter(one => (one.tag as string) === 'markdown').map(one => one.content!),
    buttons: elements
      .filter(one => (one.tag as string) === 'button')
      .map(one => one.behaviors![0]!.default_url!),
  };
}

/** The page behind DingTalk's "open in the browser". */
function pageOf(url: string): string {
  return new URL(url).searchParams.get('url')!;
}
