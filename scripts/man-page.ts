/** The manual page, for `man belfry`: the help of every command, and the settings, in the form that man renders. */
import { settingText } from '../src/commands/config.ts';
import { defaultSettings, SETTING_KEYS, settingHelp } from '../src/settings/settings.ts';
import { help, namedCommands } from './help.ts';

/** Of what is shown as it is printed: a window of 80 columns less man's own indentation. */
const WIDTH = 72;
/** Stands for the machine's name. */
const HOST = 'HOST';

export async function manPage(): Promise<string> {
  const commands = namedCommands();
  const sections: string[] = [];
  for (const { name, signature, describe } of commands) {
    // The first lines of a help are its signature and what it does.
    const shown = (await help(name, WIDTH)).replace(/^belfry .*\n\n.*\n(?:(?!Positionals|Options).*\n)*/, '');
    sections.push(`.SS "belfry ${roff(signature)}"\n${roff(describe)}.\n.PP\n.EX\n${literal(shown)}\n.EE`);
  }
  const defaults = defaultSettings(HOST);
  const settings = SETTING_KEYS.map(key => {
    const value = settingText(key, defaults[key]);
    const usual = value === '' ? '' : ` Default: ${value}.`;
    return `.TP\n.B ${roff(key)}\n${line(`${settingHelp[key]}.${usual}`)}`;
  });
  return `.\\" Made by \`npm run pages\` from the program. Change the program, or scripts/man-page.ts, and run it again.
.TH BELFRY 1 "" belfry
.SH NAME
belfry \\- webhooks in Gitee's format and chat robots for bare Git repositories
.SH SYNOPSIS
.B belfry
.I COMMAND
.RI [ OPTIONS ]
.SH DESCRIPTION
Belfry tells webhooks and chat robots what is pushed into the bare Git repositories of a server. Hooks write each push into a
directory, its home, and a worker that they start sends what is due. The command line is the admin's interface to the same home.
.PP
Every command has
.BR \\-\\-help ,
and
.B \\-\\-json
prints one JSON document;
.B \\-\\-json=id,state
only these fields of it. A command that root runs acts as the owner of the home.
.SH COMMANDS
${commands.map(({ signature, describe }) => `.TP\n.B belfry ${roff(signature)}\n${line(describe)}`).join('\n')}
.SH "WHAT EACH COMMAND TAKES"
${sections.join('\n')}
.SH SETTINGS
.B belfry config set
.I KEY VALUE
changes one; a running worker takes it over at once.
${settings.join('\n')}
.SH "EXIT STATUS"
.TP
.B 0
Done.
.TP
.B 1
Failed; of
.B belfry status
and
.BR "belfry doctor" :
somebody has to act.
.TP
.B 2
Wrong usage; nothing was done.
.SH ENVIRONMENT
.TP
.B BELFRY_HOME
The home, where
.B \\-\\-home
names none.
.TP
.B NO_COLOR
Where it is set to anything, a terminal gets no colours.
.TP
.BR http_proxy ", " https_proxy ", " no_proxy
Proxies of requests, where no setting names one.
.SH FILES
.TP
.I /var/lib/belfry
The home of an installation by root.
.TP
.I ~/.local/share/belfry
The home of any other one. It holds the database
.IR belfry.db ,
the
.I key
that seals secrets in it, the
.I spool
of pushes, and the
.I log
of the worker.
.SH "SEE ALSO"
.BR git (1),
.BR githooks (5)
`;
}

/** Text in a line of its own: a dot in front would be an instruction. */
function line(text: string): string {
  return roff(text).replace(/^(?=[.'])/, '\\&');
}

/** Many lines, each as it stands. */
function literal(text: string): string {
  return text.split('\n').map(line).join('\n');
}

/** A hyphen that is typed must stay one when it is copied out of the page, and so must quotes. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll("'", '\\(aq');
}
