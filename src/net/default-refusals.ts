/**
 * What nobody means to reach with a webhook, and what an attacker would like best: link-local addresses, and the
 * metadata services of clouds, which hand credentials to whoever asks from inside. Private networks and loopback stay
 * open: an internal CI is the usual receiver.
 */
export const REFUSED_RANGES: [cidr: string, what: string][] = [
  ['169.254.0.0/16', 'link-local'], // with it AWS, GCP, Azure, DigitalOcean, OpenStack: 169.254.169.254, ECS: 169.254.170.2
  ['fe80::/10', 'link-local'],
  ['fd00:ec2::/32', 'cloud metadata'], // AWS: ::254 metadata, ::23 EKS credentials
  ['fd20:ce::254/128', 'cloud metadata'], // GCP
  ['fd00:42::42/128', 'cloud metadata'], // Scaleway
  ['fd00:a9fe:a9fe::1/128', 'cloud metadata'], // Akamai (Linode)
  ['100.100.100.200/32', 'cloud metadata'], // Alibaba
  ['192.0.0.192/32', 'cloud metadata'], // Oracle
  ['168.63.129.16/32', 'cloud metadata'], // Azure wire server
];

/** The same by name, for requests through a proxy: only the proxy learns the address. */
export const REFUSED_NAMES = [
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
  'metadata.azure.internal',
  'api.metadata.cloud.ibm.com',
  'metadata.tencentyun.com',
];
