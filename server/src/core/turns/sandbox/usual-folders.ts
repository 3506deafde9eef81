/** PATH of a system whose image does not set it. */
export const usualFolders = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";
