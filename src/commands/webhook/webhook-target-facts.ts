/** What `webhook show` says of the kinds `custom` and `jenkins`. */
import { jsonRuleText } from '../../custom/success-rule.ts';
import type { CustomTarget } from '../../model/custom-target.ts';
import type { JenkinsOptions } from '../../model/jenkins-options.ts';
import { plural } from '../../text/plural.ts';

export function customFacts({ method, payload, template, success }: CustomTarget): [string, string][] {
  const rules = [
    success.statuses === null ? 'any 2xx' : success.statuses.join(', '),
    success.json !== null && jsonRuleText(success.json),
    success.contains !== null && `contains ${JSON.stringify(success.contains)}`,
  ];
  const sent = template === null ? `${payload} payload` : `template over the ${payload} payload`;
  return [
    [
      'request',
      `${method}, ${sent}${template === null ? '' : `, ${plural(Buffer.byteLength(template), 'byte')}`}`,
    ],
    ['success', rules.filter(Boolean).join('; ')],
  ];
}

export function jenkinsFacts({ notify, clone }: JenkinsOptions): [string, string][] {
  return [['request', `${notify}, ${clone} clone URL`]];
}
