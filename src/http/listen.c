/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* SOCK_CLOEXEC */

#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static bool
parse(const char *text, uint16_t port, union address *out)
{
	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, text, &out->v4.sin_addr) == 1) {
		out->v4.sin_family = AF_INET;
		out->v4.sin_port = htons(port);
		return true;
	}
	if (inet_pton(AF_INET6, text, &out->v6.sin6_addr) == 1) {
		out->v6.sin6_family = AF_INET6;
		out->v6.sin6_port = htons(port);
		return true;
	}
	return false;
}

static socklen_t
size_of(const union address *address)
{
	return address->any.sa_family == AF_INET ? sizeof(address->v4) :
						   sizeof(address->v6);
}

static bool
is_loopback(const union address *address)
{
	return address->any.sa_family == AF_INET ?
	    ntohl(address->v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET :
	    IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
}

static int
fail(const struct sli_http_config *cfg, const char *what, struct sli_error *err)
{
	int status = errno == EADDRINUSE ? SLI_EBUSY :
	    errno == EACCES		 ? SLI_EACCES :
					   SLI_EIO;

	return sli__addon_fail(err, status, "address %s, port %u: %s: %s",
	    cfg->address, cfg->port, what, strerror(errno));
}

/* A restart finds the connections of the last run in TIME_WAIT. */
static int
bind_to(int fd, const union address *address)
{
	const int yes = 1, no = 0;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0)
		return -1;
	if (address->any.sa_family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no)) != 0)
		return -1;
	return bind(fd, &address->any, size_of(address));
}

static uint64_t
inode_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode) ? st.st_ino : 0;
}

static int
open_socket(const struct sli_http_config *cfg, union address *address,
    struct sli__listener *out, struct sli_error *err)
{
	socklen_t size = sizeof(*address);

	out->fd = socket(address->any.sa_family,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (out->fd < 0)
		return fail(cfg, "no socket", err);
	if (bind_to(out->fd, address) != 0)
		return fail(cfg, "cannot bind", err);
	if (listen(out->fd, SOMAXCONN) != 0 ||
	    getsockname(out->fd, &address->any, &size) != 0)
		return fail(cfg, "cannot listen", err);
	out->inode = inode_of(out->fd);
	/* In the same place of both. */
	out->port = ntohs(address->v4.sin_port);
	return SLI_OK;
}

int
sli__listen(const struct sli_http_config *cfg, struct sli__listener *out,
    struct sli_error *err)
{
	union address address;
	int status;

	out->fd = -1;
	if (!parse(cfg->address, (uint16_t)cfg->port, &address))
		return sli__addon_fail(err, SLI_EINVAL,
		    "address \"%.64s\" is not valid; accepted: an address of "
		    "IPv4 or IPv6, as 127.0.0.1",
		    cfg->address);
	out->is_loopback = is_loopback(&address);
	status = open_socket(cfg, &address, out, err);
	if (status != SLI_OK && out->fd >= 0)
		close(out->fd);
	return status;
}

void
sli__unlisten(const struct sli__listener *listener)
{
	if (inode_of(listener->fd) == listener->inode)
		close(listener->fd);
}
